"""The database: one engine a process, transactions, and one connection that listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

log = logging.getLogger("madang.postgres")

Tx = AsyncConnection  # a connection inside a transaction: what every verb takes


def impossible(error: BaseException) -> bool:
    """Whether PostgreSQL was asked for a value that no row can have: a number out of range, a NUL (SQLSTATE class 22).

    Whoever asked with it asked for nothing: that is no fault of ours.
    """
    cause = getattr(error, "orig", None)
    return isinstance(error, DBAPIError) and str(getattr(cause, "sqlstate", "") or "").startswith("22")


async def _codecs(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("xid8", schema="pg_catalog", encoder=str, decoder=int, format="text")


def _prepare(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.run_async(_codecs)


class Database:
    """A pool over ``url`` (postgresql://…, a socket directory as ``?host=``). One a process."""

    def __init__(self, url: str, *, pool: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool,
            max_overflow=pool,
            pool_pre_ping=True,
            hide_parameters=True,  # errors are logged, and what people wrote is nobody's business there
            json_serializer=lambda value: msgspec.json.encode(value).decode(),
            json_deserializer=msgspec.json.decode,
        )
        event.listen(self.engine.sync_engine, "connect", _prepare)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        async with self.engine.begin() as tx:
            yield tx

    async def bare(self) -> asyncpg.Connection:
        """A connection of one's own without the toolkit: for the provider door and for LISTEN."""
        url = make_url(self.url)
        host = url.query.get("host") or url.host
        connection: asyncpg.Connection = await asyncpg.connect(
            host=host,
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
        )
        await _codecs(connection)
        return connection

    async def listen(
        self, channels: Sequence[str], hear: Callable[[str, str], None], ready: Callable[[bool], None]
    ) -> None:
        """LISTEN for ever, connecting again after a loss. ``hear(channel, payload)`` per notice.

        ``ready(first)`` is called each time the ears are open: what was said in between was not heard.
        """
        first = True
        while True:
            try:
                await self._listen_once(channels, hear, partial(ready, first))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError) as error:
                log.warning("lost the listening connection, trying again: %s", error)
            first = False
            await asyncio.sleep(0.2)

    async def _listen_once(
        self, channels: Sequence[str], hear: Callable[[str, str], None], ready: Callable[[], None]
    ) -> None:
        connection = await self.bare()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        try:
            for channel in channels:
                await connection.add_listener(channel, lambda _c, _pid, name, payload: hear(name, str(payload)))
            ready()
            await lost.wait()
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()
