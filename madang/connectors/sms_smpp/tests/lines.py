"""Listening as the house does: what was yielded is stored, and only then more is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from madang.channels.connector import Delivery, Inbound
from madang.connectors.sms_smpp.connector import Smpp


class Store:
    """What the house has, and the cursor behind it."""

    def __init__(self, cursor: str = "") -> None:
        self.cursor = cursor
        self.deliveries: list[Delivery] = []
        self.pairs = 0
        self._more = asyncio.Event()

    def put(self, deliveries: list[Delivery], cursor: str) -> None:
        self.deliveries += deliveries
        self.cursor = cursor
        self.pairs += 1
        self._more.set()

    async def until(self, count: int, seconds: float = 5) -> list[Delivery]:
        """All, once there are so many."""
        async with asyncio.timeout(seconds):
            while len(self.deliveries) < count:
                self._more.clear()
                await self._more.wait()
        return self.deliveries

    async def stands(self, seconds: float = 5) -> None:
        """Until the line does."""
        async with asyncio.timeout(seconds):
            while not self.pairs:
                self._more.clear()
                await self._more.wait()

    def facts(self, smpp: Smpp) -> list[Inbound]:
        return [fact for one in self.deliveries for fact in smpp.parse(one)]


@asynccontextmanager
async def listening(smpp: Smpp, store: Store) -> AsyncIterator[Store]:
    async def run() -> None:
        async for deliveries, cursor in smpp.listen(store.cursor):
            store.put(list(deliveries), cursor)

    task = asyncio.create_task(run())
    try:
        stands = asyncio.create_task(store.stands())
        await asyncio.wait({task, stands}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            stands.cancel()
            task.result()
        yield store
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await smpp.listener.close()
