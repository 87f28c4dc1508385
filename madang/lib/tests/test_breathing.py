"""A transaction that waits for a slow file store is not taken for one whose process sleeps."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from madang.lib import dial
from madang.lib.breathing import breathing
from madang.lib.postgres import Database, Tx


async def _gone(database: Database, pid: int) -> None:
    """Until PostgreSQL has ended that connection."""
    asked = text("select count(*) from pg_stat_activity where pid = :pid")
    async with asyncio.timeout(10):
        while True:
            async with database.begin() as tx:
                if not (await tx.execute(asked, {"pid": pid})).scalar_one():
                    return
            await asyncio.sleep(0.01)


async def _sleep_in(far: Database) -> None:
    """Say nothing in a transaction until it is ended, and go on then."""
    async with far.begin() as silent:
        await _gone(far, await _pid(silent))
        await _pid(silent)


async def _fail_in(tx: Tx) -> None:
    async with breathing(tx, 0.001):
        await asyncio.sleep(0.01)
        raise ValueError("no such file")


async def _pid(tx: Tx) -> int:
    return int((await tx.execute(text("select pg_backend_pid()"))).scalar_one())


async def test_who_waits_and_breathes_lives_and_who_is_silent_is_ended(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(dial._QUIET, "idle_in_transaction_session_timeout", "300ms")
    far = Database(database_url)  # not the fixture's: its connections outlive this test
    async with far.begin() as alive:
        mine = await _pid(alive)
        async with breathing(alive, 0.05):
            with pytest.raises(DBAPIError):
                await _sleep_in(far)
        assert await _pid(alive) == mine
    await far.close()


async def test_what_fails_in_the_block_is_told_and_the_breath_ends(db: Database) -> None:
    async with db.begin() as tx:
        with pytest.raises(ValueError, match="no such file"):
            await _fail_in(tx)
        assert await _pid(tx)
