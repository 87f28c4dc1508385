"""The whole way with a real database: 미나 writes in LINE, Ada answers, and what both do after that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import select

from madang.channels import actions as channels
from madang.channels.abilities import Linked
from madang.channels.book import Book
from madang.channels.door import Door
from madang.channels.hooks import Hooks
from madang.channels.playing import _Host
from madang.connectors.line.simulator import Phone, Simulator
from madang.conversations import actions, delivery
from madang.conversations.intake import take_in
from madang.conversations.models import Message, Outbox, State
from madang.ground import Ground
from madang.settings import Settings, load
from madang.staff.permissions import Viewer
from madang.tests import cast

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class Desk:
    """A worker with one LINE channel, and Ada."""

    def __init__(self, ground: Ground, brand: int, channel: channels.Created, ada: Viewer, url: str) -> None:
        self.ground, self.brand, self.book, self.channel, self.ada = ground, brand, Book(ground), channel, ada
        self.hook = f"{url}/hooks/{channel.key}"

    async def messages(self) -> list[Message]:
        while await take_in(self.ground, self.book, 0):
            pass
        async with self.ground.database.begin() as tx:
            rows = (await tx.execute(select(Message.__table__).order_by(Message.id))).mappings()
            return [Message(**row) for row in rows]

    async def reply(self, conversation: int, words: str) -> State:
        async with self.ground.database.begin() as tx:
            number = await actions.reply(tx, self.ada, conversation, text=words)
        async with asyncio.timeout(10):
            while True:
                await delivery.deliver(self.ground, self.book, "worker")
                async with self.ground.database.begin() as tx:
                    if not (await tx.execute(select(Outbox).where(Outbox.message_id == number))).first():
                        state = await tx.execute(select(Message.state).where(Message.id == number))
                        return State(state.scalar_one())
                await asyncio.sleep(0.05)


@pytest.fixture
async def desk(ground: Ground, line: Simulator) -> AsyncIterator[Desk]:
    form: dict[str, Any] = line.form()
    secrets = {name: form.pop(name) for name in ("channel_secret", "token")}
    brand = await cast.brand(ground)
    channel = await cast.channel(ground, brand, "line", form, secrets)
    host = _Host(Hooks(Book(ground), Door(ground.database, ground.files)))
    made = Desk(ground, brand, channel, await cast.agent(ground), await host.start())
    yield made
    await (await made.book.by_id(channel.id)).connector.close()
    await host.stop()


@pytest.fixture
def mina(desk: Desk, line: Simulator) -> Phone:
    return line.person(desk.hook)


async def test_a_question_its_answers_and_what_she_takes_back(desk: Desk, line: Simulator, mina: Phone) -> None:
    first = await mina.say("담요가 아직 안 왔어요")
    await mina.again(mina.posted[-1])
    (asked,) = await desk.messages()
    assert asked.text == "담요가 아직 안 왔어요"
    assert await desk.reply(asked.conversation_id, "찾아볼게요.") == State.SENT
    assert await desk.reply(asked.conversation_id, "내일 도착합니다.") == State.SENT
    assert [one.text for one in mina.bubbles if not one.mine] == ["찾아볼게요.", "내일 도착합니다."]
    assert [one.path.endswith("reply") for one in line.calls if "message" in one.path] == [True, True, False]
    assert line.pushed == 1
    await mina.do("unsend", first)
    await mina.stick("446", "1988", "고마워요")
    messages = await desk.messages()
    assert messages[0].deleted_at is not None
    assert messages[-1].data["sticker"]["keywords"] == ["고마워요"]
    assert {one.conversation_id for one in messages} == {asked.conversation_id}


async def test_who_has_blocked_the_account_is_not_written_to(desk: Desk, line: Simulator, mina: Phone) -> None:
    await mina.say("안녕하세요")
    (asked,) = await desk.messages()
    await mina.do("block")
    await desk.messages()
    assert await desk.reply(asked.conversation_id, "안녕하세요, 미나 님") == State.FAILED
    await mina.do("unblock")
    await desk.messages()
    assert await desk.reply(asked.conversation_id, "다시 안녕하세요") == State.SENT


async def test_she_carries_on_here_by_a_link(desk: Desk, line: Simulator, mina: Phone) -> None:
    shop = await cast.channel(desk.ground, desk.brand)
    yard = cast.Yard(desk.ground, desk.book, desk.brand, shop)
    await yard.says("담요 있나요?")
    (conversation,) = await yard.conversations()
    async with desk.ground.database.begin() as tx:
        code = (await actions.offer(desk.ground, tx, desk.ada, conversation)).code
    connector = (await desk.book.by_id(desk.channel.id)).connector
    assert isinstance(connector, Linked)
    address = connector.link(code)
    await mina.say(unquote(urlsplit(address).query))
    await mina.say("여기서 이어 갈게요")
    messages = await desk.messages()
    assert messages[-1].text == "여기서 이어 갈게요"
    assert {one.conversation_id for one in messages} == {conversation}
    assert code not in "".join(one.text for one in messages)
    assert len({one.identity_id for one in messages}) == 2
