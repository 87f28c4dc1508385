"""Session locks one can trust: ours while we say so every second, anybody's a few seconds after we fall silent.

An advisory lock lives as long as its connection, and the connection of a stopped process, or of a machine without
power, looks alive for long. So PostgreSQL is told to end it after :data:`SILENCE`; and this side, which may sleep
through that, believes itself the owner only up to :data:`TRUST` after it last asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from madang.lib.postgres import Database

SILENCE = 6.0  # seconds without a word after which PostgreSQL gives the locks to others
TRUST = 5.0  # seconds after our last word for which they are surely still ours
BEAT = 1.0  # seconds between two words

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # goes on while a machine sleeps


class Lease:
    """The locks of one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._until = 0.0

    @property
    def ours(self) -> bool:
        """Whether what was taken is surely still ours. Look at it just before acting on it."""
        return now() < self._until

    async def take(self, space: int, number: int) -> bool:
        """Try to take a lock, without waiting."""
        return bool(await self._ask("select pg_try_advisory_lock($1, $2)", space, number))

    async def give_back(self, space: int, number: int) -> None:
        """Let others have it."""
        await self._ask("select pg_advisory_unlock($1, $2)", space, number)

    async def renew(self) -> None:
        """Say that we live. Raises the driver's error when nobody heard it."""
        await self._ask("select true")

    async def _ask(self, query: str, *given: int) -> object:
        async with self._turn:
            asked = now()
            answer: object = await self._connection.fetchval(query, *given, timeout=TRUST)
            self._until = asked + TRUST  # counted from the question: PostgreSQL counts from its answer, which is later
            return answer


def now() -> float:
    """Seconds on a clock that never jumps and goes on while the machine sleeps."""
    return time.clock_gettime(_CLOCK)


@asynccontextmanager
async def lease(database: Database) -> AsyncIterator[Lease]:
    """A connection for locks, kept alive in the background; at the end all of them are free at once."""
    connection = await database.bare(SILENCE)
    made = Lease(connection)
    beating = asyncio.create_task(_beat(made))
    try:
        await made.renew()
        yield made
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        connection.terminate()


async def _beat(held: Lease) -> None:
    while True:
        await asyncio.sleep(BEAT)
        await held.renew()
