"""The whole way with a real database: 미나's text in, Ada's answer out, what became of it, and her 수신거부."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from madang.channels.sessions import Sessions
from madang.connectors.sms_smpp.simulator import Phone, Simulator
from madang.connectors.sms_smpp.tests.conftest import MINA
from madang.conversations.models import State
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk

pytestmark = pytest.mark.slow  # a session of the house, and waiting for it

LONG = (
    "반품하고 싶어요. 색상이 사진과 다르고 사이즈도 맞지 않아서 환불 부탁드려요. 빠른 답변 기다리겠습니다. " * 2 + "😀"
)


@pytest.fixture
async def desk(ground: Ground, smsc: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "sms_smpp", smsc.form()) as made:
        running = asyncio.create_task(Sessions(made.ground).run())
        yield made
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def phone(desk: Desk, smsc: Simulator) -> Phone:
    return smsc.person("", number=MINA)


async def test_a_text_its_answer_and_what_became_of_it(desk: Desk, phone: Phone) -> None:
    await phone.say(LONG)
    (asked,) = await desk.messages(1)
    assert asked.text == LONG
    await desk.reply("내일 찾으러 갈게요 😊")
    assert (await phone.sees("내일 찾으러")).text == "내일 찾으러 갈게요 😊"
    await desk.stand(State.DELIVERED)
    await phone.say("고맙습니다")
    assert len({one.conversation_id for one in await desk.messages(3)}) == 1


async def test_what_comes_while_the_house_is_down_is_there_when_it_is_up(
    desk: Desk, smsc: Simulator, phone: Phone
) -> None:
    await phone.say("하나")
    await desk.messages(1)
    await smsc.hang_up()
    for word in ("둘", "셋"):
        await phone.say(word)
    assert [one.text for one in await desk.messages(3)] == ["하나", "둘", "셋"]


async def test_who_opts_out_is_not_written_to_any_more(desk: Desk, phone: Phone) -> None:
    await phone.say("안녕하세요")
    await desk.messages(1)
    await phone.do("block")
    await desk.messages(2)
    before = len(phone.bubbles)
    assert (await desk.reply("그래도 한 마디만")).state == State.FAILED  # visibly: there is no other way to her
    assert [one.text for one in phone.bubbles[before:]] == []
