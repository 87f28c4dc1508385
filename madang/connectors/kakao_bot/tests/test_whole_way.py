"""The whole way on real sockets and a real database: 미나 at the chatbot, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.kakao_bot.simulator import Simulator
from madang.conversations.models import State
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk


@pytest.fixture
async def desk(ground: Ground, kakao: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "kakao_bot", kakao.form()) as made:
        yield made


async def test_the_first_answer_goes_to_the_callback_the_next_as_an_event(kakao: Simulator, desk: Desk) -> None:
    mina = kakao.person(desk.hook)
    await mina.utter("교환하고 싶어요", block="교환 문의")
    for words in ("어떤 상품인가요?", "사진도 보내 주세요"):
        await desk.reply(words)
        await mina.sees(words, seconds=5)
    assert kakao.events == 1
    await desk.stand(State.SENT, State.SENT)
    assert [one.direction for one in await desk.messages()].count("in") == 1
