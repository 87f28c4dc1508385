"""The database: one engine a process, transactions, and one connection that listens."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from math import inf
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from madang.lib.admission import Terms, admit
from madang.lib.dial import dial
from madang.lib.single import Single, Singles

log = logging.getLogger("madang.postgres")

REST = 1.0  # seconds: who has not spoken for so long is asked whether she is there
LOOK = 10.0  # seconds between two looks whether the server behind a listening connection lives
UNNAMED: dict[str, Any] = {"prepared_statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}

# Rows are read by name or place here, never by a column's object: SQLAlchemy need not match those of a statement to
# those of its twin that was compiled, which took a tenth of a page. An option its own ORM uses; where it is not known,
# nothing changes but that tenth.
BY_NAME: dict[str, Any] = {"_result_disable_adapt_to_context": True}

Tx = AsyncConnection  # a connection inside a transaction: what every verb takes


def impossible(error: BaseException) -> bool:
    """Whether PostgreSQL was asked for a value that no row can have: a number out of range, a NUL (SQLSTATE class 22).

    Whoever asked with it asked for nothing: that is no fault of ours.
    """
    cause = getattr(error, "orig", None)
    return isinstance(error, DBAPIError) and str(getattr(cause, "sqlstate", "") or "").startswith("22")


def passing(error: BaseException) -> bool:
    """Whether it is the database's trouble and not the data's: away, full, busy, a deadlock. The same may go well soon.

    A connection pool that is empty, and a refused or missing socket, are such too; a missing file is not.
    """
    if isinstance(error, OperationalError | PoolTimeout | ConnectionError | TimeoutError):
        return True
    if isinstance(error, FileNotFoundError):
        return error.filename is None
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or state[:2] in {"08", "40", "53", "57", "58"}


def _put_back(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _look(connection: Any, record: Any, _proxy: Any) -> None:
    """Whether a pooled connection still leads somewhere, before anybody works on it; else all of them are made anew.

    A server that ended it has told us so. Only after a rest may it have gone without a word: then it is asked, which
    costs three ways there and back (the pool's own ``pre_ping`` asks every time, and costs more than most statements).
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
    if time.monotonic() - record.info.get("rests_since", inf) < REST:
        return
    try:
        connection.ping()
    except Exception as error:
        raise InvalidatePoolError from error


class Database:
    """A pool for transactions, and connections of one's own for what outlives one: LISTEN, locks. One a process.

    ``url`` is PostgreSQL itself (postgresql://…, a socket directory as ``?host=``). ``pooler`` is a PgBouncer before
    it, in transaction mode, through which the transactions go; without one they go straight.
    """

    def __init__(self, url: str, *, pool: int = 20, pooler: str | None = None, terms: Terms | None = None) -> None:
        self.url = url
        self._terms = terms  # on which whoever listens is at home there
        reach = partial(dial, pooler or url, pooled=bool(pooler))
        how: dict[str, Any] = {"async_creator_fn": reach}
        self._singles = Singles(reach)
        self.engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            connect_args=how | (UNNAMED if pooler else {}),
            pool_size=pool,
            max_overflow=0,  # what overflows is closed after use, and a new connection knows no types and no statements
            pool_use_lifo=True,
            execution_options=BY_NAME,
            hide_parameters=True,  # errors are logged, and what people wrote is nobody's business there
            json_serializer=lambda value: msgspec.json.encode(value).decode(),
            json_deserializer=msgspec.json.decode,
        )
        event.listen(self.engine.sync_engine, "checkin", _put_back)
        event.listen(self.engine.sync_engine, "checkout", _look)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        async with self.engine.begin() as tx:
            yield tx

    async def single(self, statement: Single, **given: Any) -> list[asyncpg.Record]:
        """One statement as a transaction of its own, at the least cost; see :mod:`madang.lib.single`."""
        return await self._singles.run(statement, given)

    async def bare(self, silence: float = 60.0) -> asyncpg.Connection:
        """A connection of one's own to PostgreSQL itself, never through the pooler: for LISTEN and for session locks.

        PostgreSQL ends it, and gives its locks to others, after ``silence`` seconds without a word from us. No other
        sign shows it that a process is stopped or a machine without power: their connections look alive for long.
        """
        connection = await dial(self.url)
        try:
            await connection.execute("select set_config('idle_session_timeout', $1, false)", f"{int(silence * 1000)}ms")
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def listen(
        self, channels: Sequence[str], hear: Callable[[str, str], None], ready: Callable[[bool], None]
    ) -> None:
        """LISTEN for ever, connecting again after a loss. ``hear(channel, payload)`` per notice.

        ``ready(first)`` is called each time the ears are open: what was said in between was not heard. Raises Unfit
        when meanwhile the database has become one that this process must not work on.
        """
        first = True
        while True:
            try:
                await self._listen_once(channels, hear, partial(ready, first))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                log.warning("lost the listening connection, trying again: %s", error or type(error).__name__)
            first = False
            await asyncio.sleep(0.2)

    async def _listen_once(
        self, channels: Sequence[str], hear: Callable[[str, str], None], ready: Callable[[], None]
    ) -> None:
        connection = await self.bare()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        try:
            if self._terms:
                await admit(connection, self._terms)
            for channel in channels:
                await connection.add_listener(channel, lambda _c, _pid, name, payload: hear(name, str(payload)))
            ready()
            while not lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), LOOK)
                await connection.fetchval("select 1", timeout=LOOK)  # a dead server is as silent as one without news
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Close the pool."""
        await self._singles.close()
        await self.engine.dispose()
