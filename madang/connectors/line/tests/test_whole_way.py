"""The whole way with a real database: 미나 writes in LINE, Ada answers, and what both do after that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import func, update

from madang.connectors.line.simulator import Phone, Simulator
from madang.conversations import actions, delivery
from madang.conversations.models import Outbox, State
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
async def desk(ground: Ground, line: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "line", line.form()) as made:
        yield made


@pytest.fixture
def mina(desk: Desk, line: Simulator) -> Phone:
    return line.person(desk.hook)


async def test_a_question_its_answers_and_what_she_takes_back(desk: Desk, line: Simulator, mina: Phone) -> None:
    first = await mina.say("담요가 아직 안 왔어요")
    await mina.again(mina.posted[-1])
    (asked,) = await desk.messages()
    assert asked.text == "담요가 아직 안 왔어요"
    for words in ("찾아볼게요.", "내일 도착합니다."):
        assert (await desk.reply(words)).state == State.SENT
    assert [one.text for one in mina.bubbles if not one.mine] == ["찾아볼게요.", "내일 도착합니다."]
    assert [one.path.endswith("reply") for one in line.calls if "message" in one.path] == [True, True, False]
    assert line.pushed == 1
    await mina.do("unsend", first)
    await mina.stick("446", "1988", "고마워요")
    messages = await desk.messages()
    assert messages[0].deleted_at is not None
    assert messages[-1].data["sticker"]["keywords"] == ["고마워요"]
    assert {one.conversation_id for one in messages} == {asked.conversation_id}


async def test_an_answer_that_was_cut_off_is_not_said_again_by_a_newer_reply_token(
    desk: Desk, line: Simulator, mina: Phone
) -> None:
    await mina.say("담요가 아직 안 왔어요")
    assert (await desk.reply("찾아볼게요.")).state == State.SENT  # her reply token is used up
    line.will("drop", path="push")
    async with desk.ground.database.begin() as tx:
        await actions.reply(tx, desk.ada, await desk.conversation(), text="내일 도착합니다.")
    await delivery.deliver(desk.ground, desk.book, "worker")
    await mina.say("여보세요?")
    await desk.take_in()
    async with desk.ground.database.begin() as tx:
        await tx.execute(update(Outbox).values(due=func.now()))
    await desk.stand(State.SENT, State.SENT)
    assert [one.text for one in mina.bubbles if not one.mine] == ["찾아볼게요.", "내일 도착합니다."]


async def test_who_has_blocked_the_account_is_not_written_to(desk: Desk, mina: Phone) -> None:
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
    await mina.say(unquote(urlsplit(await desk.link(code)).query))
    await mina.say("여기서 이어 갈게요")
    messages = await desk.messages()
    assert messages[-1].text == "여기서 이어 갈게요"
    assert {one.conversation_id for one in messages} == {conversation}
    assert code not in "".join(one.text for one in messages)
    assert len({one.identity_id for one in messages}) == 2
