"""A channel that carries codes, and 미나, who said that she has an address at work, too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from madang.channels.connector import Cap, Kind, Outbound, Sent
from madang.connectors.api.connector import Api
from madang.customers.actions.addresses import add_address
from madang.customers.proving import limits
from madang.customers.proving.tests.hands import WORK, Post
from madang.staff.attempts import Limit
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """The yard's channel carries codes to mail addresses, as any may that says so."""
    made = Post()

    async def send(_self: Api, out: Outbound) -> Sent:
        if made.fails:
            raise made.fails.pop(0)
        made.sent.append(out)
        return Sent(out.key)

    monkeypatch.setattr(Api, "caps", Api.caps | Cap.VERIFY)
    monkeypatch.setattr(Api, "identity", Kind.EMAIL)
    monkeypatch.setattr(Api, "send", send)
    monkeypatch.setattr(limits, "SOON", Limit("proof.soon", 100, timedelta(seconds=20)))
    return made


@pytest.fixture
async def mina(yard: Yard, post: Post) -> int:
    """미나, who said that she has an address at work, too."""
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await add_address(tx, CONSOLE, 1, "email", WORK, proven=False)
    return 1
