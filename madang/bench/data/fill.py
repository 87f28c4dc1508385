"""Fill a measured house: customers, conversations and their messages over the twelve months up to now."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from sqlalchemy import text

from madang.bench import company
from madang.bench.data import statements as sql
from madang.bench.data.words import names, sentences
from madang.bench.house import House
from madang.lib import partitions
from madang.lib.postgres import Database
from madang.lib.search.people import person_forms
from madang.lib.search.tokeniser import tokeniser
from madang.models import MONTHLY

log = logging.getLogger("madang.bench")

MONTHS = 12
MESSAGES = 10  # of each conversation
TOGETHER = 200  # conversations that run beside each other: how many there are is a multiple of it
CUSTOMERS = 0.6  # of the number of conversations

BRAND = text("select id from brand order by id limit 1")
CHANNELS = text("select id from channel where name like 'bench data %' order by id")
AGENTS = text("""select id from "user" where email like 'data%@bench.example' order by id""")
COUNTED = ("message", "event", "envelope")
TOPS = {table: f"select max(id) from {table} where id >= $1 and id < $2" for table in COUNTED}  # noqa: S608
GIVEN = {table: f"select last_value from {table}_id_seq" for table in COUNTED}  # noqa: S608
NEXT = {
    table: f"select coalesce(max(id), 0) + 1 from {table}"  # noqa: S608
    for table in ("customer", "identity", "conversation")
}
GIVE = [f"select setval('{table}_id_seq', (select max(id) from {table}))" for table in (*COUNTED, *NEXT)]  # noqa: S608


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is written to and by whom."""

    brand: int
    channels: list[int]
    agents: list[int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One month's part of a filling: slots ``first`` to ``first + slots - 1`` get numbers from ``base`` on."""

    month: int
    first: int
    slots: int
    base: int
    begins: datetime
    ends: datetime


async def fill(house: House, wanted: int, seed: int) -> None:
    """Let the run's house have ``wanted`` conversations. What is there stays; what comes is spread over the year."""
    began = time.monotonic()
    async with house.ground.database.begin() as tx:
        for month in _months():
            for one in MONTHLY:
                await partitions.make(tx, one.table, month)
    async with house.without("worker"):
        connection = await Database(house.url).bare(silence=0)
        try:
            have = await connection.fetchval("select count(*) from conversation")
            await _fill(house, connection, (wanted - have) // TOGETHER * TOGETHER, seed)
        finally:
            await connection.close()
    log.info("made %d conversations in %.0f s", wanted, time.monotonic() - began)


async def _fill(house: House, connection: asyncpg.Connection, many: int, seed: int) -> None:
    if many <= 0:
        return
    await connection.execute(sql.SESSION)
    await connection.execute(sql.PREPARE)
    said = await _sentences(connection, seed)
    cast = await _cast(house)
    stretches = await _stretches(connection, many * MESSAGES)
    first = {table: await _next(connection, table) for table in ("customer", "identity", "conversation")}
    people = max(1, int(many * CUSTOMERS))
    await connection.execute(sql.CUSTOMERS, first["customer"], people, names())
    await connection.execute(sql.IDENTITIES, first["customer"], people, names(), first["identity"])
    found = [str(" ".join(person_forms(name, ()))) for name in names()]
    await connection.execute(sql.NAMED, first["customer"], people, found)
    await connection.execute(
        sql.CONVERSATIONS,
        first["conversation"],
        many,
        first["customer"],
        people,
        cast.channels,
        cast.brand,
        cast.agents,
        said,
        stretches[0].slots,
    )
    offset = first["identity"] - first["customer"]
    index = (await connection.fetchval(sql.SEARCH_INDEX)).replace(" ON ONLY ", " ON ")
    await connection.execute("drop index search_entry_tokens_idx")  # built at once it takes minutes, row by row an hour
    await _together(house, [_month(house, one, first["conversation"], said, cast, offset) for one in stretches])
    await connection.execute(index)
    await connection.execute(sql.TOTALS, cast.channels)
    await _settle(connection)


def _months() -> range:
    """The months that have messages: up to a year of them, this one the last."""
    last = partitions.month_of(datetime.now(UTC))
    return range(max(0, last - MONTHS + 1), last + 1)


async def _sentences(connection: asyncpg.Connection, seed: int) -> int:
    """Write the vocabulary down; returns how many sentences each language has."""
    korean, english = sentences("ko", seed), sentences("en", seed)
    many = min(len(korean), len(english))
    await connection.execute("truncate bench_sentence")
    for language, made in (("ko", korean[:many]), ("en", english[:many])):
        forms = [" ".join(some) for some in await tokeniser().forms(made)]
        await connection.execute(sql.SENTENCES, language, made, forms)
    await connection.execute("analyze bench_sentence")
    return many


async def _cast(house: House) -> Cast:
    """Four channels and thirty agents of the run's own, made once."""
    async with house.ground.database.begin() as tx:
        brand = (await tx.execute(BRAND)).scalar_one_or_none() or 0
        channels = list((await tx.execute(CHANNELS)).scalars())
        agents = list((await tx.execute(AGENTS)).scalars())
    if not agents:
        channels = [(await company.channel(house, f"bench data {number}")).id for number in range(4)]
        await company.agents(house, 30, "data")
        return await _cast(house)
    return Cast(brand, channels, agents)


async def _stretches(connection: asyncpg.Connection, messages: int) -> list[Stretch]:
    """The year's months in equal parts. Each goes on after the numbers its month has already given out."""
    now, months = datetime.now(UTC), _months()
    slots = -(-messages // len(months))
    made: list[Stretch] = []
    for place, month in enumerate(months):
        begins = datetime(partitions.EPOCH + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        ends = min(now, (begins + timedelta(days=32)).replace(day=1))
        base = 1 + max([await _top(connection, table, month) for table in COUNTED])
        made.append(Stretch(month, place * slots, min(slots, messages - place * slots), base, begins, ends))
    await connection.execute("truncate bench_month")
    rows = [(place, one.base, one.begins, one.ends) for place, one in enumerate(made)]
    await connection.copy_records_to_table("bench_month", records=rows, columns=("n", "base", "begins", "ends"))
    return made


async def _top(connection: asyncpg.Connection, table: str, month: int) -> int:
    """The highest number of a month that is in use."""
    first, after = partitions.first_of(month), partitions.first_of(month + 1)
    top: int | None = await connection.fetchval(TOPS[table], first, after)
    given: int = await connection.fetchval(GIVEN[table]) or 0
    return max(top or first, given if first <= given < after else first)


async def _next(connection: asyncpg.Connection, table: str) -> int:
    number: int = await connection.fetchval(NEXT[table])
    return number


async def _month(house: House, one: Stretch, first: int, said: int, cast: Cast, offset: int) -> None:
    """Everything of one month, on a connection of its own."""
    connection = await Database(house.url).bare(silence=0)
    try:
        await connection.execute(sql.SESSION)
        await connection.execute(
            sql.MESSAGES, one.first, one.slots, first, one.base, one.begins, one.ends, said, cast.agents, offset
        )
        await connection.execute(sql.FOUND, one.first, one.slots, first, one.base, said)
        for statement in (sql.NAMES, sql.ENVELOPES, sql.DELIVERIES, sql.EVENTS, sql.TALLIES):
            await connection.execute(statement, one.base, one.slots)
    finally:
        await connection.close()


async def _together(house: House, some: Sequence[Awaitable[None]]) -> None:
    """Two at a time: as many as the machine has cores, and their rows in order of time."""
    gate = asyncio.Semaphore(2)

    async def one(work: Awaitable[None]) -> None:
        async with gate:
            await work

    await asyncio.gather(*(one(work) for work in some))


async def _settle(connection: asyncpg.Connection) -> None:
    """Let the house go on from here: its numbers, its readers, its statistics."""
    for statement in (*GIVE, sql.SETTLE):
        await connection.execute(statement)
    for table in sql.TIDY:
        await connection.execute(f"vacuum (analyze) {table}")
