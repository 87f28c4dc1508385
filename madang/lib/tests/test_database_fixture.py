"""The fixtures everybody rests on: each test finds its database as if nobody had been there."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from madang.ground import Ground
from madang.lib.postgres import Database
from madang.tests import cast
from madang.tests.cast import Yard

SEEN = """select (select version_num from alembic_version),
    (select count(*) from pg_description where description = '77'),
    (select count(*) from event), (select max(id) from event),
    (select count(*) from message), (select max(id) from message), (select max(id) from conversation)"""
LEFT: dict[str, Any] = {}  # what one turn leaves to the next, against the rules


@pytest.mark.parametrize("turn", range(3))
async def test_nobody_elses_tables(db: Database, turn: int) -> None:
    async with db.begin() as tx:
        assert await tx.scalar(text("select count(*) from brand")) == 0
        await tx.execute(text("create table left_behind ()"))


@pytest.mark.parametrize("turn", range(3))
async def test_nobody_elses_rows_and_numbers(yard: Yard, turn: int) -> None:
    await yard.says("hello")
    async with yard.ground.database.begin() as tx:
        seen = (await tx.execute(text(SEEN))).one()
        assert seen == LEFT.setdefault("seen", seen)
        await tx.execute(text("update alembic_version set version_num = 'none'"))
        await tx.execute(text("comment on column brand.name is '77'"))
        await tx.execute(text("select nextval(pg_get_serial_sequence('message', 'id'))"))


@pytest.mark.parametrize("turn", range(3))
async def test_nobody_elses_settings_locks_and_connections(ground: Ground, database_url: str, turn: int) -> None:
    async with ground.database.begin() as tx:
        assert await tx.scalar(text("show work_mem")) != "77MB"
        assert await tx.scalar(text("select pg_try_advisory_lock(7)"))
        await tx.execute(text("set work_mem = '77MB'"))
        others = (
            "select count(*) from pg_stat_activity where datname = current_database() and query like '%77 as mine%'"
        )
        assert await tx.scalar(text(others + " and pid <> pg_backend_pid()")) == 0
    stranger = await asyncpg.connect(database_url)
    await stranger.execute("begin; insert into brand (name) values ('Haneul'); select 77 as mine")
    LEFT["stranger"] = stranger


@pytest.mark.parametrize("turn", range(3))
async def test_nobody_elses_work(ground: Ground, turn: int) -> None:
    assert not LEFT.get("at work")

    async def work() -> None:
        LEFT["at work"] = True
        try:
            while True:
                await cast.brand(ground, f"Haneul {len(LEFT)}")
                LEFT[f"brand {len(LEFT)}"] = True
        finally:
            LEFT["at work"] = False

    LEFT["task"] = asyncio.create_task(work())
    while not LEFT.get("at work"):
        await asyncio.sleep(0)


@pytest.mark.parametrize("turn", range(3))
async def test_a_connection_that_was_kept_is_nobody_elses(db: Database, turn: int) -> None:
    connection = await db.engine.connect()
    assert await connection.scalar(text("select count(*) from brand")) == 0
    await connection.execute(text("insert into brand (name) values ('Haneul')"))
    if kept := LEFT.pop("kept", None):
        with pytest.raises(DBAPIError):
            await kept.scalar(text("select 1"))
        await kept.invalidate()
    LEFT["kept"] = connection
