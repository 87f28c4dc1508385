"""Statements that are their own transactions: values by name, and a lost connection is made anew."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from madang.lib.postgres import Database
from madang.lib.single import Single

ADD = Single(text("select cast(:b as int) - cast(:a as int) + cast(:b as int)"))
WHO = Single(text("select pg_backend_pid()"))


async def test_names_become_numbers(db: Database) -> None:
    assert (await db.single(ADD, a=1, b=10))[0][0] == 19


async def test_side_by_side_each_has_a_connection_of_its_own_and_they_are_kept(db: Database) -> None:
    slow = Single(text("select pg_backend_pid(), pg_sleep(0.05)"))
    first = {rows[0][0] for rows in await asyncio.gather(*(db.single(slow) for _ in range(3)))}
    assert len(first) == 3
    assert (await db.single(WHO))[0][0] in first


async def test_what_it_wrote_is_committed(db: Database) -> None:
    await db.single(Single(text("create table kept (n int)")))
    await db.single(Single(text("insert into kept values (:n)")), n=7)
    async with db.begin() as tx:
        assert (await tx.execute(text("select n from kept"))).scalar_one() == 7


async def test_after_the_server_ended_a_connection_the_next_statement_has_another(db: Database) -> None:
    pid = (await db.single(WHO))[0][0]
    with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
        await db.single(Single(text("select pg_terminate_backend(pg_backend_pid())")))
    assert (await db.single(WHO))[0][0] != pid


async def test_an_idle_connection_that_was_ended_meanwhile_is_not_used(db: Database) -> None:
    pid = (await db.single(WHO))[0][0]
    async with db.begin() as tx:
        await tx.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    async with asyncio.timeout(5):
        while not all(one.is_closed() for one in db._singles._idle):
            await asyncio.sleep(0.01)
    assert (await db.single(WHO))[0][0] != pid
