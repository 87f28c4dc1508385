"""A channel of a connector in a real house: the door on a socket, the database, intake and delivery, and Ada.

The house does nothing by itself: a question first takes in and delivers what waits, so that no test waits for a worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select

from madang.channels import registry
from madang.channels.abilities import Linked
from madang.channels.actions import Created
from madang.channels.book import Book
from madang.channels.connector import Connector
from madang.channels.door import Door
from madang.channels.hooks import Hooks
from madang.channels.setup import fill
from madang.conversations import actions, delivery
from madang.conversations.intake import take_in
from madang.conversations.models import Conversation, Message, Outbox, State
from madang.conversations.ways import Way, ways
from madang.ground import Ground
from madang.portal.tests.site import Late, listening
from madang.staff.permissions import Viewer
from madang.tests import cast

T = TypeVar("T")


class Desk:
    """Haneul with this channel, and Ada. ``hook`` is where its provider posts to."""

    def __init__(self, ground: Ground, book: Book, brand_id: int, channel: Created, ada: Viewer) -> None:
        self.ground, self.book, self.brand_id, self.channel, self.ada = ground, book, brand_id, channel, ada
        self.hook = f"{ground.settings.public_url}/hooks/{channel.key}"

    async def connector(self) -> Connector:
        """As the house calls it."""
        return (await self.book.by_id(self.channel.id)).connector

    async def take_in(self) -> None:
        """Whatever waits."""
        while await take_in(self.ground, self.book, 0):
            pass

    async def until(self, look: Callable[[], Awaitable[T]], seconds: float = 10) -> T:
        """What ``look`` finds, once it finds something; meanwhile the house works."""
        async with asyncio.timeout(seconds):
            while True:
                await self.take_in()
                if found := await look():
                    return found
                await delivery.deliver(self.ground, self.book, "worker")
                await asyncio.sleep(0.01)

    async def rows(self, query: Any) -> list[Any]:
        """What the database holds now."""
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(query)).all())

    async def messages(self, count: int = 0) -> list[Message]:
        """All, oldest first; waits for ``count``."""

        async def enough() -> list[Message]:
            found = await self._stored()
            return found if len(found) >= count else []

        await self.take_in()
        return await self.until(enough) if count else await self._stored()

    async def _stored(self) -> list[Message]:
        async with self.ground.database.begin() as tx:
            rows = (await tx.execute(select(Message.__table__).order_by(Message.id))).mappings()
            return [Message(**row) for row in rows]

    async def said(self) -> list[str]:
        """The words of all messages, oldest first."""
        return [one.text for one in await self.messages()]

    async def conversation(self) -> int:
        """The only one there is."""
        ((number,),) = await self.until(lambda: self.rows(select(Conversation.id)))
        return int(number)

    async def way(self) -> Way:
        """The only one to her."""
        number = await self.conversation()
        async with self.ground.database.begin() as tx:
            (only,) = await ways(tx, number)
            return only

    async def reply(self, words: str, conversation: int = 0, **more: Any) -> Message:
        """Ada answers; how her answer stands when the house has handed it over, before any report is taken in."""
        number = conversation or await self.conversation()
        async with self.ground.database.begin() as tx:
            message = await actions.reply(tx, self.ada, number, text=words, **more)

        async def done() -> bool:
            return not await self.rows(select(Outbox.message_id).where(Outbox.message_id == message))

        await delivery.deliver(self.ground, self.book, "worker")
        if not await done():
            await self.until(done)
        return next(one for one in await self._stored() if one.id == message)

    async def stand(self, *states: State) -> None:
        """Our messages come to stand like this, oldest first."""

        async def so() -> bool:
            return [one.state for one in await self.messages() if one.direction == "out"] == list(states)

        await self.until(so)

    async def offered(self) -> tuple[int, str]:
        """She asked by another channel, and Ada offers her this one: the conversation, and the code of the link."""
        other = await cast.channel(self.ground, self.brand_id)
        yard = cast.Yard(self.ground, self.book, self.brand_id, other)
        await yard.says("담요 있나요?")
        number = (await yard.conversations())[-1]
        async with self.ground.database.begin() as tx:
            return number, (await actions.offer(self.ground, tx, self.ada, number)).code

    async def link(self, code: str) -> str:
        """The address that carries her here."""
        connector = await self.connector()
        assert isinstance(connector, Linked)
        return connector.link(code)


@asynccontextmanager
async def desk(ground: Ground, connector: str, form: Mapping[str, str]) -> AsyncIterator[Desk]:
    """A channel of this set-up form, its hook on a loopback port."""
    settings, secrets = fill(registry.fields(connector), form)
    brand_id = await cast.brand(ground)
    late = Late()
    async with listening(late) as url:
        given = replace(ground.settings, public_url=url, allow_hosts=("127.0.0.0/8",))
        ground = replace(ground, settings=given)
        book = Book(ground)
        late.app = Hooks(book, Door(ground.database, ground.files))
        channel = await cast.channel(ground, brand_id, connector, settings, secrets)
        made = Desk(ground, book, brand_id, channel, await cast.agent(ground))
        try:
            yield made
        finally:
            await (await made.connector()).close()
