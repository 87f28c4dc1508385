"""A transaction that lives on while its owner waits: PostgreSQL ends those in which nothing is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from madang.lib.dial import SILENCE
from madang.lib.postgres import Tx

EVERY = SILENCE / 3


@asynccontextmanager
async def breathing(tx: Tx, every: float = EVERY) -> AsyncIterator[None]:
    """Say a word on ``tx`` every so many seconds while the block waits for files, parsers or the network.

    The block must not use ``tx`` itself: a connection carries one question at a time. A process that is stopped does
    not breathe, so its locks still go to others.
    """
    over = asyncio.Event()
    breath = asyncio.create_task(_breathe(tx, every, over))
    try:
        yield
    finally:
        over.set()
        await breath  # not cancelled: a query that is broken off takes its connection along


async def _breathe(tx: Tx, every: float, over: asyncio.Event) -> None:
    while True:
        try:
            await asyncio.wait_for(over.wait(), every)
        except TimeoutError:
            await tx.execute(text("select 1"))
        else:
            return
