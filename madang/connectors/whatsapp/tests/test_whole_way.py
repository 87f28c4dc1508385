"""The whole way on real sockets and a real database: 미나 in WhatsApp, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.simulator.phone import Phone
from madang.conversations.models import Message, State
from madang.customers.models import Identity
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk


@pytest.fixture
async def desk(ground: Ground, meta: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "whatsapp", meta.form()) as made:
        yield made
        await meta.settled()


@pytest.fixture
def mina(desk: Desk, meta: Simulator) -> Phone:
    return meta.person(desk.hook)


async def test_asked_answered_delivered_and_read(desk: Desk, mina: Phone) -> None:
    await mina.say("배송 언제 와요?")
    await desk.reply("내일 도착해요.")
    await mina.sees("내일 도착해요.")
    await desk.stand(State.DELIVERED)
    await mina.do("read")
    await desk.stand(State.READ)


@pytest.mark.slow
async def test_with_a_new_number_she_stays_one(desk: Desk, mina: Phone) -> None:
    await mina.say("배송 언제 와요?")
    number = await desk.conversation()
    before = mina.user_id
    await mina.moves("821055559999")
    await mina.say("번호가 바뀌었어요")
    assert [one.text for one in await desk.messages(2)] == ["배송 언제 와요?", "번호가 바뀌었어요"]
    assert await desk.conversation() == number
    known = {row.value for row in await desk.rows(select(Identity.value))}
    assert {before, mina.user_id, "+821055559999"} <= known
    await desk.reply("네, 알겠어요.")
    await mina.sees("알겠어요")  # at her new id


@pytest.mark.slow
async def test_after_a_day_the_way_wants_a_template(desk: Desk, meta: Simulator, mina: Phone) -> None:
    meta.ahead = timedelta(hours=-25)
    await mina.say("배송 언제 와요?")
    way = await desk.way()
    assert (way.reachable, way.needs_template) == (True, True)


@pytest.mark.slow
async def test_what_the_provider_refuses_late_fails_visibly(desk: Desk, meta: Simulator, mina: Phone) -> None:
    await mina.say("배송 언제 와요?")
    await desk.conversation()
    meta.late, mina.blocked = True, True
    await desk.reply("내일 도착해요.")
    await desk.stand(State.FAILED)
    ((problem,),) = await desk.rows(select(Message.problem).where(Message.direction == "out"))
    assert "131026" in problem
