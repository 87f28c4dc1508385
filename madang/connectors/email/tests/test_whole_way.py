"""The whole way with a real database: 미나's mail in, Ada's answer out, her reply back into the same conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from madang.channels.book import Book
from madang.channels.sessions import Sessions
from madang.connectors.email.simulator import Customer, MailServer
from madang.connectors.email.simulator.bounce import bounce
from madang.connectors.email.tests.conftest import ADDRESS, PASSWORD, config
from madang.conversations import actions, delivery, ways
from madang.conversations.intake import take_in
from madang.conversations.models import Conversation, Message, State
from madang.ground import Ground
from madang.settings import Settings, load
from madang.tests import cast

pytestmark = pytest.mark.slow  # mail servers, and waiting for them


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class House:
    """A worker with one mail channel: its session runs, its intake and delivery are asked by the test."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.book = Book(ground)

    async def messages(self, count: int) -> list[Message]:
        """All there are, once there are that many."""
        async with asyncio.timeout(15):
            while True:
                await take_in(self.ground, self.book, 0)
                async with self.ground.database.begin() as tx:
                    found = list((await tx.execute(select(Message.__table__).order_by(Message.id))).mappings())
                if len(found) >= count:
                    return [Message(**row) for row in found]
                await asyncio.sleep(0.02)

    async def reply(self, conversation: int, words: str, cc: Sequence[str] = ()) -> int:
        ada = await cast.agent(self.ground)
        async with self.ground.database.begin() as tx:
            number = await actions.reply(tx, ada, conversation, text=words, cc=cc)
        await delivery.deliver(self.ground, self.book, "worker")
        return number

    async def state(self, number: int) -> State:
        async with self.ground.database.begin() as tx:
            return State((await tx.execute(select(Message.state).where(Message.id == number))).scalar_one())


@pytest.fixture
async def house(ground: Ground, provider: MailServer) -> AsyncIterator[House]:
    brand = await cast.brand(ground)
    settings = dict(config(provider).settings)
    await cast.channel(ground, brand, "email", settings, {"password": PASSWORD})
    running = asyncio.create_task(Sessions(ground).run())
    yield House(ground)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_mail_its_answer_and_the_answer_to_that_are_one_conversation(house: House, mina: Customer) -> None:
    await mina.write(ADDRESS, "똠얌 냄비", "뚜껑이 깨졌어요. 뷁!", (("뚜껑.png", "image/png", b"\x89PNG\r\n\x1a\n"),))
    (asked,) = await house.messages(1)
    assert asked.text == "뚜껑이 깨졌어요. 뷁!"
    answer = await house.reply(asked.conversation_id, "새 뚜껑을 보내 드릴게요.")
    assert await house.state(answer) == State.SENT
    mail = await mina.wait()
    assert (mail.reply_text, mail.in_reply_to) == ("새 뚜껑을 보내 드릴게요.", mina.sent[0])
    await mina.answer(mail, "고맙습니다!")
    *_, last = await house.messages(3)
    assert (last.conversation_id, last.text) == (asked.conversation_id, "고맙습니다!")
    async with house.ground.database.begin() as tx:
        assert len((await tx.execute(select(Conversation.id))).all()) == 1


async def test_an_answer_to_all_reaches_those_she_had_copied(
    house: House, mina: Customer, provider: MailServer
) -> None:
    cho = Customer(provider, "cho@work.example", "조")
    juniper = await cast.brand(house.ground, "Juniper")
    await cast.channel(house.ground, juniper, "email", {"address": "help@juniper.example"}, {})
    copies = "Cc: Cho <Cho@work.example>, cho@work.example, Help+eu@juniper.example, MINA@naver.example"
    await mina.write(f"{ADDRESS}, support+old@haneul.example", "납품", "같이 봐 주세요", headers=(copies,))
    (asked,) = await house.messages(1)
    async with house.ground.database.begin() as tx:
        (way,) = await ways.ways(tx, asked.conversation_id)
    assert way.others == ("Cho@work.example",)
    assert await house.state(await house.reply(asked.conversation_id, "네", way.others)) == State.SENT
    for mail in (await mina.wait(), await cho.wait()):
        assert [one.address for one in (*mail.to, *mail.cc)] == ["mina@naver.example", "Cho@work.example"]


async def test_a_bounce_fails_the_message_it_concerns(house: House, mina: Customer, provider: MailServer) -> None:
    await mina.write(ADDRESS, "hi", "hello")
    (asked,) = await house.messages(1)
    answer = await house.reply(asked.conversation_id, "here you are")
    await mina.wait()
    await provider.deliver(ADDRESS, bounce(mina.mailbox.mails[-1], "mina@naver.example"), "")
    async with asyncio.timeout(15):
        while await house.state(answer) != State.FAILED:
            await take_in(house.ground, house.book, 0)
            await asyncio.sleep(0.02)
    assert len(await house.messages(2)) == 2
