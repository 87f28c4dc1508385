"""The whole way on real sockets and a real database: 미나 in WhatsApp, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from madang.channels.book import Book
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.simulator.phone import Phone
from madang.conversations import actions
from madang.conversations.models import Conversation, Message, State
from madang.conversations.ways import Way, ways
from madang.customers.models import Identity
from madang.ground import Ground
from madang.portal.tests.site import eventually, serving
from madang.settings import Settings, load
from madang.staff.permissions import Viewer
from madang.tests import cast


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class Desk:
    """Haneul with this number, and Ada."""

    def __init__(self, ground: Ground, book: Book, phone: Phone, ada: Viewer) -> None:
        self.ground, self.book, self.phone, self.ada = ground, book, phone, ada

    async def rows(self, query: Any) -> list[Any]:
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(query)).all())

    async def conversation(self) -> int:
        ((number,),) = await eventually(lambda: self.rows(select(Conversation.id)))
        return int(number)

    async def way(self) -> Way:
        async with self.ground.database.begin() as tx:
            (only,) = await ways(tx, await self.conversation())
            return only

    async def answers(self, text: str, **more: Any) -> None:
        async with self.ground.database.begin() as tx:
            await actions.reply(tx, self.ada, await self.conversation(), text=text, **more)

    async def stands(self, state: State) -> None:
        async def so() -> bool:
            return (await self.said())[-1][2] == state

        await eventually(so)

    async def said(self) -> list[tuple[str, str, int | None]]:
        query = select(Message.direction, Message.text, Message.state).order_by(Message.id)
        return [tuple(row) for row in await self.rows(query)]


@pytest.fixture
async def desk(ground: Ground, meta: Simulator) -> AsyncIterator[Desk]:
    brand = await cast.brand(ground)
    given, secrets = fill(fields("whatsapp"), meta.form())
    made = await cast.channel(ground, brand, "whatsapp", given, secrets)
    async with serving(ground) as (doors, url):
        yield Desk(ground, doors.book, meta.person(f"{url}/hooks/{made.key}"), await cast.agent(ground))
        await meta.settled()
        await (await doors.book.by_id(made.id)).connector.close()


async def test_asked_answered_delivered_and_read(desk: Desk) -> None:
    await desk.phone.say("배송 언제 와요?")
    await desk.answers("내일 도착해요.")
    await desk.phone.sees("내일 도착해요.")
    await desk.stands(State.DELIVERED)
    await desk.phone.do("read")
    await desk.stands(State.READ)


async def test_with_a_new_number_she_stays_one(desk: Desk) -> None:
    await desk.phone.say("배송 언제 와요?")
    number = await desk.conversation()
    before = desk.phone.user_id
    await desk.phone.moves("821055559999")
    await desk.phone.say("번호가 바뀌었어요")

    async def two() -> bool:
        return [one[1] for one in await desk.said()] == ["배송 언제 와요?", "번호가 바뀌었어요"]

    await eventually(two)
    assert await desk.rows(select(Conversation.id)) == [(number,)]
    known = {row.value for row in await desk.rows(select(Identity.value))}
    assert {before, desk.phone.user_id, "+821055559999"} <= known
    await desk.answers("네, 알겠어요.")
    await desk.phone.sees("알겠어요")  # at her new id


async def test_after_a_day_the_way_wants_a_template(desk: Desk, meta: Simulator) -> None:
    meta.ahead = timedelta(hours=-25)
    await desk.phone.say("배송 언제 와요?")
    way = await desk.way()
    assert (way.reachable, way.needs_template) == (True, True)


async def test_what_the_provider_refuses_late_fails_visibly(desk: Desk, meta: Simulator) -> None:
    await desk.phone.say("배송 언제 와요?")
    await desk.conversation()
    meta.late, desk.phone.blocked = True, True
    await desk.answers("내일 도착해요.")
    await desk.stands(State.FAILED)
    ((problem,),) = await desk.rows(select(Message.problem).where(Message.direction == "out"))
    assert "131026" in problem
