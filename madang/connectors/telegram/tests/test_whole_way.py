"""The whole way with a real database: 미나 writes in Telegram, Ada answers, and what both do after that."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text

from madang.channels.playing import Shown
from madang.connectors.telegram.simulator import Phone, Simulator
from madang.conversations import media
from madang.conversations.models import Attachment, State
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
async def desk(ground: Ground, bot: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "telegram", bot.form()) as made:
        yield made


@pytest.fixture
def mina(desk: Desk, bot: Simulator) -> Phone:
    return bot.person(desk.hook)


async def test_a_question_its_answer_and_what_she_makes_of_it(desk: Desk, mina: Phone) -> None:
    await mina.start()
    first = await mina.say("담요가 아직 안 왔어요")
    await mina.again(mina.posted[-1])
    (asked,) = await desk.messages()
    assert asked.text == "담요가 아직 안 왔어요"
    assert (await desk.reply("내일 도착합니다.")).state == State.SENT
    answer = mina.bubbles[-1]
    assert (answer.mine, answer.text) == (False, "내일 도착합니다.")
    await mina.do("edit", first, "담요가 왔어요!")
    await mina.do("react", answer, "🙏")
    await mina.say("이렇게요", [Shown("담요.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 pixels")])
    messages = await desk.messages()
    assert [one.text for one in messages] == ["담요가 왔어요!", "내일 도착합니다.", "이렇게요"]
    assert {one.conversation_id for one in messages} == {asked.conversation_id}
    assert await media.fetch(desk.ground, desk.book) == 1
    (file,) = await desk.rows(select(Attachment.sha256, Attachment.mime, Attachment.size))
    assert (bool(file.sha256), file.mime, file.size) == (True, "image/jpeg", 11)
    assert await desk.rows(text("select emoji from message_reaction")) == [("🙏",)]


async def test_who_has_blocked_the_bot_is_not_written_to(desk: Desk, mina: Phone) -> None:
    await mina.say("안녕하세요")
    await desk.messages(1)
    await mina.do("block")
    await desk.take_in()
    assert (await desk.reply("안녕하세요, 미나 님")).state == State.FAILED
    await mina.do("unblock")
    await desk.take_in()
    assert (await desk.reply("다시 안녕하세요")).state == State.SENT


async def test_she_carries_on_here_by_a_link(desk: Desk, mina: Phone) -> None:
    conversation, code = await desk.offered()
    await mina.follow(await desk.link(code))
    await mina.say("여기서 이어 갈게요")
    messages = await desk.messages()
    assert messages[-1].text == "여기서 이어 갈게요"
    assert {one.conversation_id for one in messages} == {conversation}
    assert code not in "".join(one.text for one in messages)
    assert len({one.identity_id for one in messages}) == 2
