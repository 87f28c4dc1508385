"""The whole way on real sockets and a real database: 미나 on Instagram, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text, update

from madang.connectors.instagram.simulator import Simulator
from madang.connectors.instagram.simulator.phone import Phone
from madang.conversations.intake import take_in
from madang.conversations.models import Conversation, Message, State
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk


@pytest.fixture
async def desk(ground: Ground, meta: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "instagram", meta.form()) as made:
        yield made
        await meta.settled()


@pytest.fixture
def mina(desk: Desk, meta: Simulator) -> Phone:
    return meta.person(desk.hook)


@pytest.mark.slow
async def test_asked_answered_in_parts_and_read(desk: Desk, meta: Simulator, mina: Phone) -> None:
    """Each part has its echo, without a mark, and before the house knows its name: none is news."""
    meta.meanwhile = lambda: take_in(desk.ground, desk.book, 0)
    await mina.say("배송 언제 와요?")
    words = " ".join(["내일 오전에 도착해요."] * 70)
    await desk.reply(words)
    assert len([one for one in mina.bubbles if not one.mine]) == 3
    await meta.settled()
    await desk.stand(State.SENT)
    await mina.do("read")
    await desk.stand(State.READ)
    assert await desk.said() == ["배송 언제 와요?", words]


@pytest.mark.slow
async def test_the_echo_of_an_answer_that_had_to_wait_for_hours_is_no_second_answer(
    desk: Desk, meta: Simulator, mina: Phone
) -> None:
    async def hours_later() -> None:
        hours = text("interval '5 hours'")
        async with desk.ground.database.begin() as tx:
            await tx.execute(update(Message).values(at=Message.at - hours))
            await tx.execute(update(Conversation).values(last_at=Conversation.last_at - hours))
        await take_in(desk.ground, desk.book, 0)

    meta.meanwhile = hours_later
    await mina.say("배송 언제 와요?")
    await desk.reply("내일 오전에 도착해요.")
    await meta.settled()
    await desk.take_in()
    assert await desk.said() == ["배송 언제 와요?", "내일 오전에 도착해요."]


@pytest.mark.slow
async def test_what_a_colleague_wrote_in_the_app_stands_in_the_thread(desk: Desk, mina: Phone) -> None:
    await mina.say("배송 언제 와요?")
    await desk.conversation()
    await mina.echoed("aWdfelsewhere", {"text": "앱에서 답했어요"})
    assert [one.text for one in await desk.messages(2)] == ["배송 언제 와요?", "앱에서 답했어요"]


async def test_below_a_comment_the_way_says_that_everybody_reads_it(desk: Desk, mina: Phone) -> None:
    await mina.comment("다른 색도 있나요?")
    assert "public" in (await desk.way()).can
    await desk.reply("네, 회색이 있어요.")
    assert (await mina.sees("회색")).kind == "comment"
    await desk.reply("전화번호를 보내 주세요.", private=True)
    assert (await mina.sees("전화번호")).kind == ""
