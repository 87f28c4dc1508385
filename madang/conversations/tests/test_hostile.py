"""What PostgreSQL cannot keep never keeps a customer's words from arriving."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from madang.channels.connector import Inbound, Kind, Media, Party
from madang.channels.registry import get
from madang.conversations.models import Attachment, Message
from madang.tests.cast import Yard


async def test_nul_and_half_characters_anywhere_cost_no_message(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = "a\x00b\ud800"
    party = Party(Kind.SCOPED, f"u{bad}", bad, (), ((Kind.EMAIL, f"{bad}@x.example"),), bad)
    media = (Media("file", bad, bad, ref=f"http://{bad}"), Media("file", bad, bad, content=b"x", content_id=bad))
    data = {bad: [bad, {bad: bad}], "timezone": bad, "attributes": {bad: bad}}
    hostile = Inbound("message", bad, datetime.now(UTC), party, bad, bad, bad, bad, media, data=data)
    monkeypatch.setattr(get("api"), "parse", lambda _connector, _delivery: [hostile])
    await yard.says("whatever it says")
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(select(Message.text))).scalar_one() == "ab?"
        assert len((await tx.execute(select(Attachment.id))).all()) == 2


async def test_a_word_without_end_is_a_message_like_any_other(yard: Yard) -> None:
    await yard.says("x" * 10_000)
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(select(Message.text))).scalar_one() == "x" * 10_000
