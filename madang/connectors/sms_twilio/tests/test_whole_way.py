"""The whole way with a real database and the real door: 미나's text in, Ada's answer out, what became of it, STOP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text

from madang.channels import registry
from madang.channels.book import Book
from madang.channels.door import Door
from madang.channels.hooks import Hooks
from madang.channels.models import Channel
from madang.channels.playing import Shown, Undelivered, _Host
from madang.channels.setup import fill
from madang.connectors.sms_twilio.simulator import Phone, Simulator
from madang.conversations import actions, delivery
from madang.conversations.intake import take_in
from madang.conversations.models import Message, State
from madang.ground import Ground
from madang.settings import Settings, load
from madang.staff.permissions import Viewer
from madang.tests import cast

pytestmark = pytest.mark.slow  # servers, and waiting for them


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    host = "http://127.0.0.1:9"  # told anew below, when the door has a port
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",), public_url=host)


class House:
    """A door, and a worker that is asked by the test."""

    def __init__(self, ground: Ground, ada: Viewer) -> None:
        self.ground, self.ada, self.book = ground, ada, Book(ground)
        self.host = _Host(self._visit)
        self.hooks = Hooks(self.book, Door(ground.database, ground.files))

    async def _visit(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self.hooks(scope, receive, send)

    async def until(self, query: str, wanted: object) -> None:
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
        async with self.ground.database.begin() as tx:
            number = await actions.reply(tx, self.ada, conversation, text=words)
        await delivery.deliver(self.ground, self.book, "worker")
        return number


@pytest.fixture
async def house(ground: Ground) -> AsyncIterator[House]:
    made = House(ground, await cast.agent(ground))
    base = await made.host.start()
    object.__setattr__(ground.settings, "public_url", base)
    yield made
    for _, bound in [*made.book._by_id.values(), *made.book._by_key.values()]:
        if bound is not None:
            await bound.connector.close()
    await made.host.stop()


@pytest.fixture
async def phone(house: House, twilio: Simulator) -> Phone:
    brand = await cast.brand(house.ground)
    given, secrets = fill(registry.fields("sms_twilio"), twilio.form())
    await cast.channel(house.ground, brand, "sms_twilio", given, secrets)
    async with house.ground.database.begin() as tx:
        key = (await tx.execute(select(Channel.key).order_by(Channel.id.desc()).limit(1))).scalar_one()
    return twilio.person(f"{house.ground.settings.public_url}/hooks/{key}")


async def test_a_text_its_answer_and_what_became_of_it(house: House, phone: Phone) -> None:
    await phone.say("반품하고 싶어요 😀", files=[Shown("담요.jpg", "image/jpeg", b"\xff\xd8\xff pixels")])
    await house.until("select count(*) from message", 1)
    (asked,) = await house.messages()
    assert asked.text == "반품하고 싶어요 😀"
    answer = await house.reply(asked.conversation_id, "내일 찾으러 갈게요")
    await phone.sees("내일 찾으러 갈게요")
    await house.until(f"select state from message where id = {answer}", int(State.DELIVERED))


async def test_who_says_stop_is_not_written_to_until_she_says_start(house: House, phone: Phone) -> None:
    await phone.say("안녕하세요")
    await house.until("select count(*) from message", 1)
    (asked,) = await house.messages()
    await phone.do("block")
    await house.until("select count(*) from message", 2)
    refused = await house.reply(asked.conversation_id, "그래도 한 마디만")
    await house.until(f"select state from message where id = {refused}", int(State.FAILED))
    assert not any("한 마디" in bubble.text for bubble in phone.bubbles)
    await phone.do("unblock")
    await house.until("select count(*) from message where state = -1", 3)
    await house.reply(asked.conversation_id, "다시 반가워요")
    await phone.sees("다시 반가워요")


async def test_a_forged_webhook_is_not_taken(house: House, phone: Phone) -> None:
    stranger = Simulator().person(phone.hook)
    with pytest.raises(Undelivered) as refused:
        await stranger.say("가짜")
    assert refused.value.answer.status == 403
    assert await house.messages() == []
