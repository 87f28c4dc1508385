"""TalkTalk in the house: whoever comes by a link stands in her conversation, and colleagues elsewhere too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.naver_talk.simulator import Simulator
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk


@pytest.fixture
async def desk(ground: Ground, naver: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "naver_talk", naver.form()) as made:
        yield made


async def test_she_goes_on_here_by_a_link_and_nothing_is_said_twice(naver: Simulator, desk: Desk) -> None:
    naver.echoes = True
    conversation, code = await desk.offered()
    mina = naver.person(desk.hook)
    await mina.open(source=f"MDG-{code}")
    await desk.take_in()
    await mina.say("톡톡으로 왔어요")
    await mina.say("네")
    await mina.say("네")
    await mina.agent_says("스마트스토어에서 볼게요", "하늘지기")
    await desk.take_in()
    await desk.reply("있어요!", channel_id=desk.channel.id)
    messages = await desk.messages()  # with the echo of our own answer
    assert [(one.direction, one.text) for one in messages] == [
        ("in", "담요 있나요?"),
        ("in", "톡톡으로 왔어요"),
        ("in", "네"),
        ("in", "네"),
        ("out", "스마트스토어에서 볼게요"),
        ("out", "있어요!"),
    ]
    assert {one.conversation_id for one in messages} == {conversation}
    assert messages[4].author == "하늘지기"
    assert (mina.bubbles[-1].text, mina.standby) == ("있어요!", True)  # the last she said came before the colleague
