"""The whole way on real sockets and a real database: 미나 on Facebook, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from madang.channels.connector import Button
from madang.connectors.messenger.simulator import Simulator
from madang.connectors.messenger.simulator.phone import Phone
from madang.conversations.models import State
from madang.conversations.previews import preview
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk


@pytest.fixture
async def desk(ground: Ground, meta: Simulator, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    form = meta.form() | {"human_agent": getattr(request, "param", "on")}
    async with whole_way.desk(ground, "messenger", form) as made:
        yield made
        await meta.settled()


@pytest.fixture
def mina(desk: Desk, meta: Simulator) -> Phone:
    return meta.person(desk.hook)


async def test_asked_answered_delivered_and_read_once(desk: Desk, mina: Phone) -> None:
    await mina.say("배송 언제 와요?")
    await desk.reply("내일 도착해요.")
    await mina.sees("내일 도착해요.")
    await desk.stand(State.DELIVERED)
    await mina.do("read")
    await desk.stand(State.READ)
    assert await desk.said() == ["배송 언제 와요?", "내일 도착해요."]  # our echo is no news
    assert "public" not in (await desk.way()).can


@pytest.mark.slow
async def test_below_a_comment_the_way_says_that_everybody_reads_it(desk: Desk, mina: Phone) -> None:
    await mina.comment("다른 색도 있나요?")
    way, number = await desk.way(), await desk.conversation()
    assert "public" in way.can
    async with desk.ground.database.begin() as tx:
        buttons = (Button("주문", "order"),)
        shown = await preview(desk.ground, tx, number, way.channel_id, text="회색이요", buttons=buttons)
    assert [part.text for part in shown.parts] == ["회색이요\n1. 주문"]
    assert "Everybody can read it." in shown.lost
    await desk.reply("네, 회색이 있어요.")
    assert (await mina.sees("회색")).kind == "comment"
    await mina.say("주소는 세종대로 110이에요")
    await desk.take_in()
    assert "public" not in (await desk.way()).can
    await desk.reply("네, 그리로 보낼게요.")
    assert (await mina.sees("그리로")).kind == ""


@pytest.mark.slow
async def test_a_comment_can_be_answered_whenever(desk: Desk, meta: Simulator, mina: Phone) -> None:
    meta.ahead = timedelta(days=-30)
    await mina.comment("다른 색도 있나요?")
    way = await desk.way()
    assert (way.reachable, way.until) == (True, None)
    await desk.reply("네, 회색이 있어요.")
    await mina.sees("회색")


@pytest.mark.slow
@pytest.mark.parametrize(("desk", "days"), [("on", 7), ("", 1)], indirect=["desk"])
async def test_the_window_is_the_channels_own(desk: Desk, mina: Phone, days: int) -> None:
    await mina.say("안녕하세요")
    (said,) = await desk.messages(1)
    until = (await desk.way()).until
    assert until is not None
    assert abs(until - said.at - timedelta(days=days)) < timedelta(minutes=1)
