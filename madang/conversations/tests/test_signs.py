"""That an agent writes or has read goes to messengers that show it: seldom enough, silently, never where it is off."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.book import Bound
from madang.channels.connector import Cap, Party, SendError
from madang.channels.registry import get
from madang.conversations.actions import signs as module
from madang.conversations.actions.signs import Sign, Signs
from madang.staff.permissions import Viewer
from madang.tests.cast import Yard, agent


class Messenger:
    """The yard's channel as a messenger that can show signs, and what it was asked."""

    def __init__(self, caps: Cap = Cap.TYPING | Cap.MARK_READ) -> None:
        self.caps = caps
        self.asked: list[tuple[str, str, str]] = []

    async def put_up(self, yard: Yard) -> None:
        bound, here = await yard.book.by_id(yard.channel.id), self

        class Shows(get("api")):  # type: ignore[misc]
            caps = get("api").caps | here.caps

            async def act(self, verb: str, to: Party, **more: Any) -> None:
                here.asked.append((verb, to.value, more["about"]))
                raise SendError("down", "not there")

        yard.book._by_id[yard.channel.id] = (1e18, Bound(bound.row, Shows(bound.connector.config)))


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    await yard.says("배송은 언제 오나요?", id="first")
    return await agent(yard.ground)


async def _say(signs: Signs, yard: Yard, viewer: Viewer, *some: Sign) -> None:
    for sign in some:
        signs.soon(yard.ground, yard.book, viewer, 1, sign)
        await signs.settled()


async def test_typing_once_in_a_while_and_read_once_a_message(
    yard: Yard, ada: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, signs = Messenger(), Signs()
    await there.put_up(yard)
    await _say(signs, yard, ada, "typing", "typing", "read", "read")
    mina = "mina@naver.example"
    assert there.asked == [("typing", mina, "first"), ("read", mina, "first")]
    monkeypatch.setattr(module, "EVERY", 0.0)
    await yard.says("그리고 교환은요?", id="second")
    await there.put_up(yard)
    await _say(signs, yard, ada, "typing", "read")
    assert there.asked[2:] == [("typing", mina, "second"), ("read", mina, "second")]


async def test_not_where_it_cannot_is_switched_off_or_by_who_only_looks(yard: Yard, ada: Viewer) -> None:
    there = Messenger(Cap.TYPING)
    await there.put_up(yard)
    await _say(Signs(), yard, ada, "read")
    await _say(Signs(), yard, await agent(yard.ground, "Vera", role="viewer"), "typing")
    assert there.asked == []
    off = text("update brand set threading = '{\"signs\": false}'")
    async with yard.ground.database.begin() as tx:
        await tx.execute(off)
    yard.book.forget()
    await there.put_up(yard)
    await _say(Signs(), yard, ada, "typing")
    assert there.asked == []
