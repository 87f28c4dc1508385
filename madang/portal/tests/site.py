"""A company's chat on real sockets: the doors, the stream, and hands that work behind them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

import uvicorn
from sqlalchemy import select

from madang.channels.actions import Created
from madang.channels.book import Book
from madang.channels.door import Door
from madang.channels.hooks import Hooks
from madang.conversations import actions, delivery
from madang.conversations.intake import take_in
from madang.conversations.models import Conversation
from madang.customers.proving import sending as codes
from madang.events.stream import Stream
from madang.ground import Ground
from madang.portal.routes import ROUTES
from madang.portal.stream import PortalStream
from madang.staff.permissions import Viewer
from madang.tests import cast, frames

T = TypeVar("T")
SECRET = "an identity secret of the shop"


class Doors:
    """The ASGI app of the customers' side alone."""

    def __init__(self, ground: Ground) -> None:
        self.book = Book(ground)
        self.hooks = Hooks(self.book, Door(ground.database, ground.files))
        self.portal = PortalStream(ground, self.book)
        self.stream = Stream(ground.database, [self.portal], self.book.forget)
        self.inner = frames.door(ROUTES, ground=ground, book=self.book)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if path.startswith("/hooks/"):
            await self.hooks(scope, receive, send)
        elif path.endswith("/stream"):
            await self.portal.serve(scope, receive, send, self.stream)
        else:
            await self.inner(scope, receive, send)


class Site:
    """One chat channel of Haneul, served."""

    def __init__(self, ground: Ground, doors: Doors, url: str, brand_id: int, chat: Created) -> None:
        self.ground = ground
        self.doors = doors
        self.url = url
        self.brand_id = brand_id
        self.chat = chat

    @property
    def key(self) -> str:
        return self.chat.key

    async def conversations(self) -> list[int]:
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(select(Conversation.id).order_by(Conversation.id))).scalars())

    async def answer(self, agent: Viewer, text: str, conversation: int = 0, **more: Any) -> int:
        """An agent answers on the chat."""
        number = conversation or (await self.conversations())[-1]
        async with self.ground.database.begin() as tx:
            return await actions.reply(tx, agent, number, text=text, channel_id=self.chat.id, **more)


async def work(ground: Ground, book: Book) -> None:
    """Take in and deliver whenever there is something, until cancelled."""
    wake = asyncio.Event()
    ears = ground.database.listen(
        ("envelopes", "outbox", "codes"), lambda _channel, _payload: wake.set(), lambda _first: wake.set()
    )
    listening = asyncio.create_task(ears)
    try:
        while True:
            await wake.wait()
            wake.clear()
            while (
                await take_in(ground, book, 0)
                + await delivery.deliver(ground, book, "test")
                + await codes.send(ground, book)
            ):
                pass
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def eventually(look: Callable[[], Awaitable[T]], seconds: float = 5) -> T:
    """What ``look`` finds, once it finds something."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(0.02)
    return found


@asynccontextmanager
async def listening(app: Any, port: int = 0) -> AsyncIterator[str]:
    """Serve ``app`` on a loopback port; its address. Without uvicorn's loop, whose tick alone takes 0.1 s to end."""
    place = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", http="httptools")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[place])
    try:
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
    finally:
        for one in server.servers:
            one.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        async with asyncio.timeout(5):
            await asyncio.gather(*server.server_state.tasks, return_exceptions=True)
        place.close()


class Late:
    """An app that is made once its address is known."""

    app: Any

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@asynccontextmanager
async def serving(ground: Ground, port: int = 0) -> AsyncIterator[tuple[Doors, str]]:
    """The doors on a loopback port, and a worker behind them."""
    late = Late()
    async with listening(late, port) as url:
        doors = Doors(replace(ground, settings=replace(ground.settings, public_url=url)))
        late.app = doors
        tasks = [asyncio.create_task(doors.stream.run()), asyncio.create_task(work(ground, doors.book))]
        try:
            yield doors, url
        finally:
            doors.stream.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def chat_channel(ground: Ground, brand_id: int, **settings: Any) -> Created:
    """A live chat of the brand."""
    return await cast.channel(ground, brand_id, "webchat", settings=settings, secrets={"identity_secret": SECRET})
