"""Behind PgBouncer in transaction mode: every statement shape, many clients on few connections, nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from madang import migrate
from madang.brands.models import Brand
from madang.events.kinds import Kind
from madang.events.log import horizon
from madang.events.record import SYSTEM, News, record
from madang.lib.postgres import Database
from tests.cluster import servers

pytestmark = pytest.mark.slow


@pytest.fixture
def urls() -> Iterator[tuple[str, str]]:
    """PostgreSQL itself, and the pooler before it."""
    with servers.postgres("debian") as url:
        migrate.upgrade(url)
        with servers.pgbouncer(url) as pooler:
            yield url, pooler


async def test_many_on_few_connections_and_nothing_left_behind(urls: tuple[str, str]) -> None:
    url, pooler = urls
    processes = [Database(url, pool=10, pooler=pooler) for _ in range(4)]  # 80 connections at most, on 8

    async def work(number: int) -> None:
        database = processes[number % 4]
        async with database.begin() as tx:
            name = f"brand {number}"
            made = (
                await tx.execute(text("insert into brand (name) values (:n) returning id"), {"n": name})
            ).scalar_one()
            assert (await tx.execute(select(Brand.name).where(Brand.id == made))).scalar_one() == name
            await record(tx, SYSTEM, News(Kind.BRAND_CHANGED, data={"brand": made, "이름": "하늘"}))
        async with database.begin() as tx:
            assert await horizon(tx) > 0  # xid8 has a codec of ours
        with pytest.raises(IntegrityError):
            async with database.begin() as tx:
                await tx.execute(text("insert into brand (id, name) values (:id, 'twice')"), {"id": made})
        async with database.begin() as tx:
            rows = [{"b": f"{number}-{n}"} for n in range(3)]
            await tx.execute(text("insert into attempt (bucket, window_start, count) values (:b, now(), 1)"), rows)

    await asyncio.gather(*(work(number) for number in range(300)))
    async with processes[0].begin() as tx:
        assert (await tx.execute(text("select count(*) from brand"))).scalar_one() == 300
        assert (await tx.execute(text("select count(*) from attempt"))).scalar_one() == 900
    for one in processes:
        await one.close()
    connection = await asyncpg.connect(pooler, statement_cache_size=0)
    for _ in range(20):  # whichever server connection it is given
        assert await connection.fetchval("select count(*) from pg_prepared_statements where name <> ''") == 0
    await connection.close()


async def test_what_outlives_a_transaction_goes_past_the_pooler(urls: tuple[str, str]) -> None:
    url, pooler = urls
    database = Database(url, pooler=pooler)
    heard: list[str] = []
    open_ = asyncio.Event()
    ears = asyncio.create_task(
        database.listen(("news",), lambda _channel, words: heard.append(words), lambda _first: open_.set())
    )
    await asyncio.wait_for(open_.wait(), 20)
    async with database.begin() as tx:  # said through the pooler, heard beside it
        await tx.execute(text("select pg_notify('news', '1')"))
    async with asyncio.timeout(20):
        while heard != ["1"]:
            await asyncio.sleep(0.01)
    ears.cancel()
    await asyncio.gather(ears, return_exceptions=True)
    await database.close()
