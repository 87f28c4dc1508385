"""Statements that are each a transaction of their own, without the toolkit: one round trip instead of four.

For what runs thousands of times a second: a group of deliveries, a batch of news. Everything else takes a transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect

KEPT = 4  # connections that stay open between two statements

Dial = Callable[[], Awaitable[asyncpg.Connection]]


class Single:
    """One statement, written once: ``:names`` become the driver's numbers."""

    def __init__(self, statement: TextClause) -> None:
        compiled = statement.compile(dialect=dialect())  # type: ignore[no-untyped-call]
        self.sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """In the order of the numbers."""
        return [given[name] for name in self._names]


class Singles:
    """Runs them on connections of its own."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        self._idle: list[asyncpg.Connection] = []
        self._closed = False

    async def run(self, statement: Single, given: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Its rows, once it is committed. On an error it may be committed all the same: it must bear a repeat."""
        connection = await self._connection()
        try:
            rows: list[asyncpg.Record] = await connection.fetch(statement.sql, *statement.values(given))
        except BaseException:
            connection.terminate()
            raise
        if len(self._idle) < KEPT and not self._closed:
            self._idle.append(connection)
        else:
            await connection.close()
        return rows

    async def _connection(self) -> asyncpg.Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await self._dial()

    async def close(self) -> None:
        """Close what is idle."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.close() for connection in idle), return_exceptions=True)
