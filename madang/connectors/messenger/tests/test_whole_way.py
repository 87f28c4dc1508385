"""The whole way on real sockets and a real database: 미나 on Facebook, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from madang.channels.connector import Button
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.messenger.simulator import Simulator
from madang.connectors.messenger.simulator.phone import Phone
from madang.conversations import actions
from madang.conversations.models import Conversation, Message, State
from madang.conversations.previews import preview
from madang.conversations.ways import Way, ways
from madang.ground import Ground
from madang.portal.tests.site import eventually, serving
from madang.settings import Settings, load
from madang.staff.permissions import Viewer
from madang.tests import cast


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class Desk:
    """Haneul with this page, and Ada."""

    def __init__(self, ground: Ground, phone: Phone, ada: Viewer) -> None:
        self.ground, self.phone, self.ada = ground, phone, ada

    async def rows(self, query: Any) -> list[Any]:
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(query)).all())

    async def conversation(self) -> int:
        ((number,),) = await eventually(lambda: self.rows(select(Conversation.id)))
        return int(number)

    async def way(self) -> Way:
        async with self.ground.database.begin() as tx:
            (only,) = await ways(tx, await self.conversation())
            return only

    async def answers(self, text: str, **more: Any) -> None:
        async with self.ground.database.begin() as tx:
            await actions.reply(tx, self.ada, await self.conversation(), text=text, **more)

    async def stands(self, state: State) -> None:
        async def so() -> bool:
            return (await self.said())[-1][2] == state

        await eventually(so)

    async def said(self) -> list[tuple[str, str, int | None]]:
        query = select(Message.direction, Message.text, Message.state).order_by(Message.id)
        return [tuple(row) for row in await self.rows(query)]


@pytest.fixture(params=["on"])
async def desk(ground: Ground, meta: Simulator, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    brand = await cast.brand(ground)
    given, secrets = fill(fields("messenger"), meta.form() | {"human_agent": request.param})
    made = await cast.channel(ground, brand, "messenger", given, secrets)
    async with serving(ground) as (doors, url):
        yield Desk(ground, meta.person(f"{url}/hooks/{made.key}"), await cast.agent(ground))
        await meta.settled()
        await (await doors.book.by_id(made.id)).connector.close()


async def test_asked_answered_delivered_and_read_once(desk: Desk) -> None:
    await desk.phone.say("배송 언제 와요?")
    await desk.answers("내일 도착해요.")
    await desk.phone.sees("내일 도착해요.")
    await desk.stands(State.DELIVERED)
    await desk.phone.do("read")
    await desk.stands(State.READ)
    assert [one[1] for one in await desk.said()] == ["배송 언제 와요?", "내일 도착해요."]  # our echo is no news
    assert "public" not in (await desk.way()).can


async def test_below_a_comment_the_way_says_that_everybody_reads_it(desk: Desk) -> None:
    await desk.phone.comment("다른 색도 있나요?")
    way = await desk.way()
    assert "public" in way.can
    async with desk.ground.database.begin() as tx:
        number = await desk.conversation()
        shown = await preview(
            desk.ground, tx, number, way.channel_id, text="회색이요", buttons=(Button("주문", "order"),)
        )
    assert [part.text for part in shown.parts] == ["회색이요\n1. 주문"]
    assert "Everybody can read it." in shown.lost
    await desk.answers("네, 회색이 있어요.")
    assert (await desk.phone.sees("회색")).kind == "comment"
    await desk.phone.say("주소는 세종대로 110이에요")

    async def private() -> bool:
        return "public" not in (await desk.way()).can

    await eventually(private)
    await desk.answers("네, 그리로 보낼게요.")
    assert (await desk.phone.sees("그리로")).kind == ""


async def test_a_comment_can_be_answered_whenever(desk: Desk, meta: Simulator) -> None:
    meta.ahead = timedelta(days=-30)
    await desk.phone.comment("다른 색도 있나요?")
    way = await desk.way()
    assert (way.reachable, way.until) == (True, None)
    await desk.answers("네, 회색이 있어요.")
    await desk.phone.sees("회색")


@pytest.mark.parametrize(("desk", "days"), [("on", 7), ("", 1)], indirect=["desk"])
async def test_the_window_is_the_channels_own(desk: Desk, days: int) -> None:
    await desk.phone.say("안녕하세요")
    at = (await desk.rows(select(Message.at)))[0].at if await desk.conversation() else None
    assert at is not None
    until = (await desk.way()).until
    assert until is not None
    assert abs(until - at - timedelta(days=days)) < timedelta(minutes=1)
