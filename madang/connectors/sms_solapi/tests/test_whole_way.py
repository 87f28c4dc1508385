"""The whole way with a real database and the real door: Ada writes to a number, and what became of it comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.sms_solapi.simulator import Simulator
from madang.connectors.sms_solapi.tests.conftest import MINA
from madang.conversations.models import State
from madang.ground import Ground
from madang.tests import cast, whole_way
from madang.tests.whole_way import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
async def desk(ground: Ground, solapi: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "sms_solapi", solapi.form()) as made:
        yield made


async def test_an_answer_goes_as_a_text_and_its_report_comes_back(desk: Desk, solapi: Simulator) -> None:
    mina = solapi.person(desk.hook, number=MINA)
    yard = cast.Yard(desk.ground, desk.book, desk.brand_id, await cast.channel(desk.ground, desk.brand_id))
    await yard.says("반품하고 싶어요", kind="phone", value=MINA)
    sent = await desk.reply("내일 찾으러 갈게요", channel_id=desk.channel.id)
    assert (sent.state, sent.problem) == (State.SENT, "")
    await mina.sees("내일 찾으러 갈게요")
    await desk.stand(State.DELIVERED)


async def test_what_did_not_arrive_fails_visibly(desk: Desk, solapi: Simulator) -> None:
    solapi.codes = (("3016", "단말기 전원 꺼짐"),)
    solapi.person(desk.hook, number=MINA)
    yard = cast.Yard(desk.ground, desk.book, desk.brand_id, await cast.channel(desk.ground, desk.brand_id))
    await yard.says("반품하고 싶어요", kind="phone", value=MINA)
    await desk.reply("내일 찾으러 갈게요", channel_id=desk.channel.id)
    await desk.stand(State.FAILED)
    failed = (await desk.messages())[-1]
    assert "단말기 전원 꺼짐" in failed.problem
