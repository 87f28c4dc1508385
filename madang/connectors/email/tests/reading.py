"""Reading a session in tests: the next delivery, the cursor behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from madang.channels.connector import Delivery, Inbound
from madang.connectors.email.connector import Email

Pair = tuple[Sequence[Delivery], str]


class Session:
    """``async with Session(email) as session``: the channel's listening, taken one delivery at a time."""

    def __init__(self, email: Email, cursor: str = "") -> None:
        self.email = email
        self.cursor = cursor
        self.waiting: list[Delivery] = []
        self.pairs: AsyncIterator[Pair] = email.listen(cursor)
        self.next: asyncio.Task[Pair] | None = None

    async def __aenter__(self) -> Session:
        await self.advance()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def end(self) -> None:
        """As a worker that is stopped: what it waits for is cancelled, the channel closed."""
        if self.next is not None:
            self.next.cancel()
            with suppress(BaseException):
                await self.next
        await self.pairs.aclose()  # type: ignore[attr-defined]
        await self.email.close()

    def ask(self) -> asyncio.Task[Pair]:
        """Ask for more, which says that what was given is stored."""
        if self.next is None:
            self.next = asyncio.create_task(self._anext())
        return self.next

    async def _anext(self) -> Pair:
        return await anext(self.pairs)

    async def advance(self) -> None:
        """One step."""
        deliveries, self.cursor = await asyncio.wait_for(self.ask(), 15)
        self.next = None
        self.waiting += deliveries

    async def delivery(self) -> Delivery:
        """The next one."""
        while not self.waiting:
            await self.advance()
        return self.waiting.pop(0)

    async def fact(self) -> Inbound:
        """What the next one means."""
        (one,) = self.email.parse(await self.delivery())
        return one

    async def quiet(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        done, _ = await asyncio.wait({self.ask()}, timeout=seconds)
        return not done and not self.waiting
