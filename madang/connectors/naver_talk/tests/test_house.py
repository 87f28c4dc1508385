"""TalkTalk in the house: whoever comes by a link stands in her conversation, and colleagues elsewhere too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels import actions as channels
from madang.channels.book import Book
from madang.channels.connector import Request
from madang.channels.playing import Asked, Person, Provider, Told
from madang.channels.setup import fill
from madang.channels.store import pack, store
from madang.connectors.naver_talk.setup import FIELDS
from madang.connectors.naver_talk.simulator import Simulator
from madang.conversations.actions import offer, reply
from madang.conversations.delivery import deliver
from madang.events.record import SYSTEM
from madang.tests.cast import Yard, agent

THREAD = text("select conversation_id, direction, author, text from message order by id")


class Door(Provider):
    """The house's door for one channel."""

    def __init__(self, yard: Yard, channel_id: int) -> None:
        super().__init__()
        self.yard, self.channel_id = yard, channel_id

    def form(self) -> dict[str, str]:
        return {}

    def person(self, hook: str, name: str = "", **more: Any) -> Person:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        connector = (await self.yard.book.by_id(self.channel_id)).connector
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query, "127.0.0.1")
        answer = connector.verify(request)
        packed = [await pack(self.yard.ground.files, self.channel_id, one) for one in connector.split(request)]
        async with self.yard.ground.database.begin() as tx:
            await store(tx, packed)
        return Told(answer.body, answer.status)


@pytest.fixture
async def naver() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def door(yard: Yard, naver: Simulator) -> AsyncIterator[Door]:
    """The channel, connected, in a house that may call providers on this machine."""
    ground = replace(yard.ground, settings=replace(yard.ground.settings, allow_hosts=("127.0.0.0/8",)))
    opened = Yard(ground, Book(ground), yard.brand_id, yard.channel)
    settings, hidden = fill(FIELDS, naver.form())
    given: dict[str, Any] = {"name": "톡톡", "brand_id": yard.brand_id, "settings": settings, "secrets": hidden}
    async with ground.database.begin() as tx:
        made = await channels.create(tx, SYSTEM, ground.keys, connector="naver_talk", **given)
    front = Door(opened, made.id)
    await front.start()
    yield front
    await (await opened.book.by_id(made.id)).connector.close()
    await front.stop()


async def test_she_goes_on_here_by_a_link_and_nothing_is_said_twice(naver: Simulator, door: Door) -> None:
    yard, naver.echoes = door.yard, True
    ada = await agent(yard.ground)
    await yard.says("담요 있나요?")
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        code = (await offer(yard.ground, tx, ada, conversation)).code
    mina = naver.person(f"{door.url}/hooks/talk")
    await mina.open(source=f"MDG-{code}")
    await yard.take_in()
    await mina.say("톡톡으로 왔어요")
    await mina.say("네")
    await mina.say("네")
    await mina.agent_says("스마트스토어에서 볼게요", "하늘지기")
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        await reply(tx, ada, conversation, text="있어요!", channel_id=door.channel_id)
    await deliver(yard.ground, yard.book, "w")
    await yard.take_in()  # the echo of our own answer
    async with yard.ground.database.begin() as tx:
        rows = [tuple(row) for row in await tx.execute(THREAD)]
    assert [(direction, said) for _, direction, _, said in rows] == [
        ("in", "담요 있나요?"),
        ("in", "톡톡으로 왔어요"),
        ("in", "네"),
        ("in", "네"),
        ("out", "스마트스토어에서 볼게요"),
        ("out", "있어요!"),
    ]
    assert {row[0] for row in rows} == {conversation}
    assert rows[4][2] == "하늘지기"
    assert (mina.bubbles[-1].text, mina.standby) == ("있어요!", True)  # the last she said came before the colleague
