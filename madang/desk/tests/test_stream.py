"""Live news: the right fragment, to those who may see it, and to nobody else (T2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from madang.conversations import actions, merging
from madang.desk.stream import DeskStream
from madang.desk.tests.visitor import Visitor
from madang.desk.told import MANY, Reading, told
from madang.events.kinds import Kind
from madang.events.log import since
from madang.events.record import SYSTEM, News, record
from madang.events.stream import Stream
from madang.ground import Ground
from madang.staff.permissions import Scope, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

READING = Reading("en", "Asia/Seoul", "agent")
Heard = list[tuple[str, dict[str, Any]]]


def _events(blob: bytes) -> Heard:
    """(event, data) of server-sent events."""
    found = []
    for block in blob.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


async def _news(ground: Ground, scope: Scope) -> Heard:
    async with ground.database.begin() as tx:
        batch = await told(tx, await since(tx, 0, 5_000), 7)
    return _events(batch.blob(READING, scope))


async def test_a_message_arrives_drawn(yard: Yard) -> None:
    await yard.says("<b>안녕</b>")
    heard = await _news(yard.ground, Scope(1))
    kinds = [kind for kind, _data in heard]
    assert kinds == ["message", "stale"]
    message = heard[0][1]
    assert message["way"] == "in"
    assert "&lt;b&gt;안녕" in message["html"]
    assert message["html"].count("<li") == 1
    assert heard[-1][1] == {"c": [1]}


@pytest.mark.parametrize(
    "scope",
    [Scope(9, brands=frozenset({999})), Scope(9, sees="assigned")],
    ids=["another brand", "assigned only"],
)
async def test_nothing_reaches_whoever_may_not_see_it(yard: Yard, scope: Scope) -> None:
    await yard.says("secret")
    assert await _news(yard.ground, scope) == []


async def test_what_is_taken_from_somebody_leaves_her_list_and_tells_her_nothing(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben")
    await yard.says("hi")
    async with yard.ground.database.begin() as tx:
        await actions.assign(tx, ada, 1, ada.user_id)
    async with yard.ground.database.begin() as tx:
        await actions.assign(tx, ada, 1, ben.user_id)
        await actions.note(tx, ada, 1, text="about her")
    hers = Scope(ada.user_id, sees="assigned")
    assert await _news(yard.ground, hers) == [("stale", {"c": [1]})]


async def test_what_happened_is_a_line_of_the_thread(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hi")
    async with yard.ground.database.begin() as tx:
        await actions.assign(tx, ada, 1, ada.user_id)
        await actions.close(tx, ada, 1)
    lines = [data["html"] for kind, data in await _news(yard.ground, Scope(1)) if kind == "message"][1:]
    assert ["Ada took the conversation" in lines[0], "Ada closed the conversation" in lines[1]] == [True, True]


async def test_who_somebody_turns_out_to_be_is_looked_at_again_by_whoever_sees_her(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("one", value="one@naver.example")
    await yard.says("two", value="two@naver.example")
    async with yard.ground.database.begin() as tx:
        number = await merging.merge(tx, ada, 1, 2)
        mark = (await since(tx, 0, 5_000))[-1].id

    async def heard(scope: Scope) -> Heard:
        async with yard.ground.database.begin() as tx:
            batch = [event for event in await since(tx, 0, 5_000) if event.id >= mark]
            return _events((await told(tx, batch, 7)).blob(READING, scope))

    assert await heard(Scope(1)) == [("stale", {"c": [1, 2]}), ("who", {"parted": []})]
    assert await heard(Scope(9, sees="assigned")) == []
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, ada, number)
    assert ("stale", {"c": [1, 2]}) in await heard(Scope(1))


async def test_a_flood_is_told_and_not_drawn(yard: Yard) -> None:
    for number in range(MANY + 1):
        await yard.put(cast.message(f"no {number}"))
    await yard.take_in()
    kinds = {kind for kind, _data in await _news(yard.ground, Scope(1))}
    assert kinds == {"many", "stale"}


class Browser:
    """One open stream, spoken to as a server speaks."""

    def __init__(self, desk: DeskStream, stream: Stream, cookie: str, query: str = "after=0") -> None:
        self.status = 0
        self.heard = b""
        self._more = asyncio.Event()
        headers = [(b"cookie", cookie.encode())]
        scope = {"type": "http", "path": "/stream", "query_string": query.encode(), "headers": headers}
        self.task = asyncio.create_task(desk.serve(scope, self._receive, self._send, stream))

    async def _receive(self) -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.heard += message.get("body", b"")
        self._more.set()

    async def until(self, words: bytes) -> None:
        """Wait until it has heard them."""
        async with asyncio.timeout(5):
            while words not in self.heard:
                self._more.clear()
                await self._more.wait()


async def test_a_stream_is_for_those_who_are_signed_in(yard: Yard) -> None:
    desk = DeskStream(yard.ground)
    browser = Browser(desk, Stream(yard.ground.database, [desk]), "madang_session=stolen")
    await browser.task
    assert browser.status == 401


async def test_what_was_missed_is_told_first_and_a_changed_role_ends_the_stream(yard: Yard, ada: Visitor) -> None:
    await yard.says("while you were away")
    desk = DeskStream(yard.ground)
    stream = Stream(yard.ground.database, [desk])
    cookie = "; ".join(f"{name}={value}" for name, value in ada.http.cookies.items())
    browser = Browser(desk, stream, cookie)
    await browser.until(b"while you were away")
    viewer = await _viewer(yard.ground)
    async with yard.ground.database.begin() as tx:
        await record(tx, SYSTEM, News(Kind.USER_CHANGED, data={"user": viewer.user_id}))
        batch = await since(tx, 0, 5_000)
    await desk.news(batch, 1)
    async with asyncio.timeout(5):
        await browser.task


@pytest.mark.parametrize("query", ["", "after=", "after=-1", "after=1e3", "after=" + "9" * 40])
async def test_a_position_that_is_none_loads_the_page_anew(yard: Yard, ada: Visitor, query: str) -> None:
    desk = DeskStream(yard.ground)
    cookie = "; ".join(f"{name}={value}" for name, value in ada.http.cookies.items())
    browser = Browser(desk, Stream(yard.ground.database, [desk]), cookie, query)
    await browser.until(b"event: gap")
    desk.stop()
    await browser.task


async def _viewer(ground: Ground) -> Viewer:
    from madang.staff.viewers import viewer_of_user

    async with ground.database.begin() as tx:
        found = await viewer_of_user(tx, 1)
    assert found
    return found


async def test_no_stream_begins_in_a_process_that_stops(yard: Yard, ada: Visitor) -> None:
    desk = DeskStream(yard.ground)
    cookie = "; ".join(f"{name}={value}" for name, value in ada.http.cookies.items())
    desk.stop()
    browser = Browser(desk, Stream(yard.ground.database, [desk]), cookie)
    await asyncio.wait_for(browser.task, 5)  # an open one would hold up the stop until it is cut off
    assert browser.status == 503
