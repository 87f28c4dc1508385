"""The whole way on real sockets and a real database: 미나 on Instagram, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from madang.channels.book import Book
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.instagram.simulator import Simulator
from madang.connectors.instagram.simulator.phone import Phone
from madang.conversations import actions
from madang.conversations.intake import take_in
from madang.conversations.models import Conversation, Message, State
from madang.conversations.ways import Way, ways
from madang.ground import Ground
from madang.portal.tests.site import eventually, serving
from madang.settings import Settings, load
from madang.staff.permissions import Viewer
from madang.tests import cast


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class Desk:
    """Haneul with this account, and Ada."""

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
    given, secrets = fill(fields("instagram"), meta.form())
    made = await cast.channel(ground, brand, "instagram", given, secrets)
    async with serving(ground) as (doors, url):
        yield Desk(ground, doors.book, meta.person(f"{url}/hooks/{made.key}"), await cast.agent(ground))
        await meta.settled()
        await (await doors.book.by_id(made.id)).connector.close()


async def test_asked_answered_in_parts_and_read(desk: Desk, meta: Simulator) -> None:
    """Each part has its echo, without a mark, and before the house knows its name: none is news."""
    meta.meanwhile = lambda: take_in(desk.ground, desk.book, 0)
    await desk.phone.say("배송 언제 와요?")
    words = " ".join(["내일 오전에 도착해요."] * 70)
    await desk.answers(words)

    async def three() -> bool:
        return len([one for one in desk.phone.bubbles if not one.mine]) == 3

    await eventually(three)
    await meta.settled()
    await desk.stands(State.SENT)
    await desk.phone.do("read")
    await desk.stands(State.READ)
    assert [one[1] for one in await desk.said()] == ["배송 언제 와요?", words]


async def test_what_a_colleague_wrote_in_the_app_stands_in_the_thread(desk: Desk, meta: Simulator) -> None:
    await desk.phone.say("배송 언제 와요?")
    await desk.conversation()
    await desk.phone.echoed("aWdfelsewhere", {"text": "앱에서 답했어요"})

    async def there() -> bool:
        return [one[1] for one in await desk.said()] == ["배송 언제 와요?", "앱에서 답했어요"]

    await eventually(there)


async def test_below_a_comment_the_way_says_that_everybody_reads_it(desk: Desk) -> None:
    await desk.phone.comment("다른 색도 있나요?")
    assert "public" in (await desk.way()).can
    await desk.answers("네, 회색이 있어요.")
    assert (await desk.phone.sees("회색")).kind == "comment"
    await desk.answers("전화번호를 보내 주세요.", private=True)
    assert (await desk.phone.sees("전화번호")).kind == ""
