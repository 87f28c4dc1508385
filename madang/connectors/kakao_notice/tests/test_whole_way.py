"""A notice through the house: chosen, filled, delivered, reported."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.channels import templates
from madang.connectors.kakao_notice.simulator import MINA, Simulator
from madang.conversations.models import State
from madang.ground import Ground
from madang.tests import cast, provider_kit, whole_way
from madang.tests.whole_way import Desk

VALUES = {"이름": "미나", "상품명": "담요", "송장번호": "6063"}
WORDS = "미나님, 주문하신 담요이(가) 오늘 출발했어요."


@pytest.fixture
async def dealer() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator("bizgo")) as made:
        yield made


@pytest.fixture
async def desk(ground: Ground, dealer: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "kakao_notice", dealer.form()) as made:
        yield made


async def test_a_notice_goes_out_and_its_report_comes_back(desk: Desk, dealer: Simulator) -> None:
    mina = dealer.person(desk.hook, "미나", phone=MINA)
    yard = cast.Yard(desk.ground, desk.book, desk.brand_id, await cast.channel(desk.ground, desk.brand_id))
    await yard.says("담요 언제 와요?", kind="phone", value="+821012345678")
    await yard.says("담요 언제 와요?", kind="phone", value="+821099998888", name="Mia")  # she has no KakaoTalk
    assert await templates.fetch(desk.ground, desk.book, desk.channel.id) == 6
    async with desk.ground.database.begin() as tx:
        known = {one.provider_id: one for one in await templates.of_channel(tx, desk.channel.id)}
    given = (known["KA01TP_SHIPPED"].id, VALUES)
    for conversation in await yard.conversations():
        sent = await desk.reply("", conversation, channel_id=desk.channel.id, template=given)
        assert (sent.text, sent.state, sent.problem) == (WORDS, State.SENT, "")
    assert [bubble.text for bubble in mina.bubbles] == [WORDS]
    await dealer.settled()
    delivered, failed = [one for one in await desk.messages() if one.direction == "out"]
    assert (delivered.text, delivered.state, delivered.problem) == (WORDS, State.DELIVERED, "")
    assert (failed.text, failed.state) == (WORDS, State.FAILED)
    assert failed.problem == "카카오톡 미사용자 (Bizgo 30104)"
