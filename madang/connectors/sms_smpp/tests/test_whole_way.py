"""The whole way with a real database: 미나's text in, Ada's answer out, what became of it, and her 수신거부."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select, text

from madang.channels import registry
from madang.channels.book import Book
from madang.channels.sessions import Sessions
from madang.channels.setup import fill
from madang.connectors.sms_smpp.simulator import Simulator
from madang.connectors.sms_smpp.tests.conftest import MINA
from madang.conversations import actions, delivery
from madang.conversations.intake import take_in
from madang.conversations.models import Message, State
from madang.ground import Ground
from madang.settings import Settings, load
from madang.tests import cast

pytestmark = pytest.mark.slow  # a session of the house, and waiting for it

LONG = (
    "반품하고 싶어요. 색상이 사진과 다르고 사이즈도 맞지 않아서 환불 부탁드려요. 빠른 답변 기다리겠습니다. " * 2 + "😀"
)


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class House:
    """A worker with one SMPP channel: its session runs, its intake and delivery are asked by the test."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.book = Book(ground)

    async def until(self, query: str, wanted: object) -> None:
        """Take in what comes until the database says so."""
        async with asyncio.timeout(15):
            while True:
                await take_in(self.ground, self.book, 0)
                async with self.ground.database.begin() as tx:
                    if (await tx.execute(text(query))).scalar() == wanted:
                        return
                await asyncio.sleep(0.02)

    async def messages(self) -> list[Message]:
        async with self.ground.database.begin() as tx:
            found = (await tx.execute(select(Message.__table__).order_by(Message.id))).mappings()
            return [Message(**row) for row in found]

    async def reply(self, conversation: int, words: str) -> int:
        ada = await cast.agent(self.ground)
        async with self.ground.database.begin() as tx:
            number = await actions.reply(tx, ada, conversation, text=words)
        await delivery.deliver(self.ground, self.book, "worker")
        return number


@pytest.fixture
async def house(ground: Ground, smsc: Simulator) -> AsyncIterator[House]:
    brand = await cast.brand(ground)
    given, secrets = fill(registry.fields("sms_smpp"), smsc.form())
    await cast.channel(ground, brand, "sms_smpp", given, secrets)
    running = asyncio.create_task(Sessions(ground).run())
    made = House(ground)
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    for _, bound in made.book._by_id.values():
        await bound.connector.close()


async def test_a_text_its_answer_and_what_became_of_it(house: House, smsc: Simulator) -> None:
    phone = smsc.person("", number=MINA)
    await phone.say(LONG)
    await house.until("select count(*) from message", 1)
    (asked,) = await house.messages()
    assert asked.text == LONG
    answer = await house.reply(asked.conversation_id, "내일 찾으러 갈게요 😊")
    assert (await phone.sees("내일 찾으러")).text == "내일 찾으러 갈게요 😊"
    await house.until(f"select state from message where id = {answer}", int(State.DELIVERED))
    await phone.say("고맙습니다")
    await house.until("select count(distinct conversation_id) from message having count(*) = 3", 1)


async def test_what_comes_while_the_house_is_down_is_there_when_it_is_up(house: House, smsc: Simulator) -> None:
    phone = smsc.person("", number=MINA)
    await phone.say("하나")
    await house.until("select count(*) from message", 1)
    await smsc.hang_up()
    for word in ("둘", "셋"):
        await phone.say(word)
    await house.until("select count(*) from message", 3)
    assert [one.text for one in await house.messages()] == ["하나", "둘", "셋"]


async def test_who_opts_out_is_not_written_to_any_more(house: House, smsc: Simulator) -> None:
    phone = smsc.person("", number=MINA)
    await phone.say("안녕하세요")
    await house.until("select count(*) from message", 1)
    (asked,) = await house.messages()
    await phone.do("block")
    await house.until("select count(*) from message", 2)
    before = len(phone.bubbles)
    ada = await cast.agent(house.ground)
    async with house.ground.database.begin() as tx:
        await actions.reply(tx, ada, asked.conversation_id, text="그래도 한 마디만")
    await delivery.deliver(house.ground, house.book, "worker")
    assert (await house.messages())[-1].state == State.FAILED  # visibly, as there is no other way to her
    assert [one.text for one in phone.bubbles[before:]] == []
