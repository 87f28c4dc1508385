"""What a process holds that falls silent in the middle of a statement is given to others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from madang.lib import dial
from madang.lib.postgres import Database
from madang.lib.silence import end_the_silent

TAKE = "select pg_advisory_xact_lock(7301, 78)"


@pytest.fixture
async def silent(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await dial.dial(database_url)
    yield connection
    connection.terminate()


async def _ended(db: Database, silence: float) -> int:
    """How many there were, once there was one."""
    async with asyncio.timeout(10):
        while not (found := await end_the_silent(db, silence)):
            await asyncio.sleep(0.01)
    return found


@pytest.mark.parametrize("half", [False, True])  # between two statements, or between the halves of one
async def test_it_is_ended_and_its_locks_are_free(db: Database, silent: asyncpg.Connection, half: bool) -> None:
    await silent.execute(f"begin; {TAKE}")
    if half:
        await silent.prepare("select 1")  # parsed; PostgreSQL waits to be told to run it
    assert await end_the_silent(db) == 0  # not silent for long
    assert await _ended(db, 0.1) == 1
    async with db.begin() as tx:
        await asyncio.wait_for(tx.exec_driver_sql(TAKE), 10)


async def test_who_is_idle_or_not_ours_is_let_alone(
    database_url: str, db: Database, silent: asyncpg.Connection
) -> None:
    """Who waits between transactions locks nothing; and somebody's psql may think for as long as it likes."""
    stranger = await asyncpg.connect(database_url, server_settings={"application_name": "psql"})
    await stranger.execute("begin")
    assert await end_the_silent(db, 0) == 0
    assert await silent.fetchval("select 1") == await stranger.fetchval("select 1") == 1
    await stranger.close()
