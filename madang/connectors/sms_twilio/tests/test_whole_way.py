"""The whole way with a real database and the real door: 미나's text in, Ada's answer out, what became of it, STOP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.channels.playing import Shown, Undelivered
from madang.connectors.sms_twilio.simulator import Phone, Simulator
from madang.conversations.models import State
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
async def desk(ground: Ground, twilio: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "sms_twilio", twilio.form()) as made:
        yield made


@pytest.fixture
def phone(desk: Desk, twilio: Simulator) -> Phone:
    return twilio.person(desk.hook)


async def test_a_text_its_answer_and_what_became_of_it(desk: Desk, phone: Phone) -> None:
    await phone.say("반품하고 싶어요 😀", files=[Shown("담요.jpg", "image/jpeg", b"\xff\xd8\xff pixels")])
    (asked,) = await desk.messages(1)
    assert asked.text == "반품하고 싶어요 😀"
    await desk.reply("내일 찾으러 갈게요")
    await phone.sees("내일 찾으러 갈게요")
    await desk.stand(State.DELIVERED)


async def test_who_says_stop_is_not_written_to_until_she_says_start(desk: Desk, phone: Phone) -> None:
    await phone.say("안녕하세요")
    await desk.messages(1)
    await phone.do("block")
    await desk.messages(2)
    assert (await desk.reply("그래도 한 마디만")).state == State.FAILED
    assert not any("한 마디" in bubble.text for bubble in phone.bubbles)
    await phone.do("unblock")
    assert [one.direction for one in await desk.messages(4)].count("in") == 3
    await desk.reply("다시 반가워요")
    await phone.sees("다시 반가워요")


async def test_a_forged_webhook_is_not_taken(desk: Desk, phone: Phone) -> None:
    stranger = Simulator().person(phone.hook)
    with pytest.raises(Undelivered) as refused:
        await stranger.say("가짜")
    assert refused.value.answer.status == 403
    assert await desk.messages() == []
