"""A notice through the house: chosen, filled, delivered, reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels import actions as channels
from madang.channels import templates
from madang.channels.book import Book
from madang.channels.connector import Request
from madang.channels.playing import Asked, Person, Provider, Told
from madang.channels.setup import fill
from madang.channels.store import pack, store
from madang.connectors.kakao_notice.setup import FIELDS
from madang.connectors.kakao_notice.simulator import MINA, Simulator
from madang.conversations.actions import reply
from madang.conversations.delivery import deliver
from madang.conversations.models import State
from madang.events.record import SYSTEM
from madang.tests.cast import Yard, agent

VALUES = {"이름": "미나", "상품명": "담요", "송장번호": "6063"}


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
        reply = connector.verify(request)
        packed = [await pack(self.yard.ground.files, self.channel_id, one) for one in connector.split(request)]
        async with self.yard.ground.database.begin() as tx:
            await store(tx, packed)
        return Told(reply.body, reply.status)


@pytest.fixture
async def open_yard(yard: Yard) -> Yard:
    """A house that may call providers on this machine."""
    settings = replace(yard.ground.settings, allow_hosts=("127.0.0.0/8",))
    ground = replace(yard.ground, settings=settings)
    return Yard(ground, Book(ground), yard.brand_id, yard.channel)


@pytest.fixture
async def dealer() -> AsyncIterator[Simulator]:
    made = Simulator("bizgo")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def door(open_yard: Yard, dealer: Simulator) -> AsyncIterator[Door]:
    """The channel, connected and open to its dealer."""
    settings, hidden = fill(FIELDS, dealer.form())
    given: dict[str, Any] = {"name": "알림", "brand_id": open_yard.brand_id, "settings": settings, "secrets": hidden}
    async with open_yard.ground.database.begin() as tx:
        made = await channels.create(tx, SYSTEM, open_yard.ground.keys, connector="kakao_notice", **given)
    opened = Door(open_yard, made.id)
    await opened.start()
    yield opened
    await (await open_yard.book.by_id(made.id)).connector.close()
    await opened.stop()


async def _states(yard: Yard) -> list[tuple[str, int, str]]:
    query = text("select text, state, problem from message where direction = 'out' order by id")
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def test_a_notice_goes_out_and_its_report_comes_back(open_yard: Yard, dealer: Simulator, door: Door) -> None:
    yard, ada = open_yard, await agent(open_yard.ground)
    mina = dealer.person(f"{door.url}/hooks/notices", "미나", phone=MINA)
    await yard.says("담요 언제 와요?", kind="phone", value="+821012345678")
    await yard.says("담요 언제 와요?", kind="phone", value="+821099998888", name="Mia")  # she has no KakaoTalk
    assert await templates.fetch(yard.ground, yard.book, door.channel_id) == 6
    async with yard.ground.database.begin() as tx:
        known = {one.provider_id: one for one in await templates.of_channel(tx, door.channel_id)}
    for conversation in await yard.conversations():
        async with yard.ground.database.begin() as tx:
            given = (known["KA01TP_SHIPPED"].id, VALUES)
            await reply(tx, ada, conversation, text="", channel_id=door.channel_id, template=given)
    assert await deliver(yard.ground, yard.book, "w") == 2
    words = "미나님, 주문하신 담요이(가) 오늘 출발했어요."
    assert [bubble.text for bubble in mina.bubbles] == [words]
    assert await _states(yard) == [(words, State.SENT, "")] * 2
    await dealer.settled()
    await yard.take_in()
    delivered, failed = await _states(yard)
    assert delivered == (words, State.DELIVERED, "")
    assert failed == (words, State.FAILED, "카카오톡 미사용자 (Bizgo 30104)")
