"""Customers whose data is not as it should be, on top of the shoppers; and how long it takes to know all that."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy import text

from madang.bench.bench import Bench
from madang.bench.data.asked import Ask, Browser, database, figure
from madang.bench.data.shoppers import fill
from madang.bench.data.statements import SESSION
from madang.bench.figures import Figure, judge, rounded
from madang.bench.house import House
from madang.conversations.quality import actions, queries, rows
from madang.lib.postgres import Database, Tx
from madang.staff.permissions import CONSOLE

PAGE, COUNT = 100.0, 300.0  # milliseconds; seconds for a million customers on a quiet machine
PATIENCE = 1_800.0  # seconds
NEGLECT = (
    # One in eight was only seen in a browser, one in ten has said an address; most were heard within two years.
    "update identity set kind = 'cookie' where kind = 'email' and customer_id % 8 = 0",
    "insert into claim (customer_id, kind, value) select id, 'email', 'x' || id || '@mail.example' from customer "
    "where id % 10 = 0",
    "insert into customer_tally (customer_id, what, n, first_at, last_at) select id, 'seen', 3, created_at, "
    "created_at + (now() - created_at) * bench_luck(id, 21) from customer where id % 5 <> 0",
    "insert into suggestion (one_id, two_id, reason, score) select id, id + 1, case when id % 500 = 0 then 'conflict' "
    "else 'match' end, 0.5 + 0.5 * bench_luck(id, 22) from customer where id % 50 = 0 and id < $1",
    "update customer set attributes = jsonb_build_object('company', 'Elsewhere') where id % 400 = 0",
    "vacuum (analyze) customer",
    "vacuum (analyze) identity",
    "analyze claim",
    "analyze customer_tally",
    "analyze suggestion",
)
LISTS = ("unreachable", "stale", "conflicting", "duplicate", "missing.phone", "missing.company")


async def measured(bench: Bench) -> list[Figure]:
    """As many customers as the run's scale, in a house of their own: counted, and then looked at."""
    people = bench.count(max(bench.scale, 10_000), 20_000)
    house = await bench.another("quality")
    await fill(house, people)
    await _neglect(house, people)
    counting = await _counted(house, people)
    times = bench.count(200, 40)
    made = [counting]
    for name, ask in _asks().items():
        note = f"in the database, {people:,} customers"
        made.append(figure(f"customers: quality {name}", await database(house, ask, times), PAGE, note))
    browser = await Browser.open(house, "quality", role="lead")
    try:
        spent = await browser.pages(["/quality"] * times)
        made.append(figure("customers: quality page", spent, PAGE, f"the whole page over HTTP, {people:,} customers"))
    finally:
        await browser.close()
    return made


def _asks() -> dict[str, Ask]:
    async def numbers(tx: Tx, _number: int) -> object:
        return await queries.report(tx, CONSOLE)

    def listed(what: str) -> Ask:
        async def ask(tx: Tx, _number: int) -> object:
            return await rows.customers(tx, CONSOLE, await rows.allowed(tx, CONSOLE, what, None))

        return ask

    return {"numbers": numbers} | {f"list: {what}": listed(what) for what in LISTS}


async def _neglect(house: House, people: int) -> None:
    async with house.without("worker"):
        connection = await Database(house.url).bare(silence=0)
        try:
            await connection.execute(SESSION)
            for statement in NEGLECT:
                await connection.execute(statement, *([people] if "$1" in statement else []))
        finally:
            await connection.close()


async def _counted(house: House, people: int) -> Figure:
    async with house.ground.database.begin() as tx:
        await tx.execute(text("delete from quality_count"))  # what the worker counted before the data was made
        await actions.count_now(tx, CONSOLE)
    begun = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while True:
            house.check()
            await asyncio.sleep(0.5)
            async with house.ground.database.begin() as tx:
                if (found := await queries.report(tx, CONSOLE)).running is None:
                    break
    took = time.monotonic() - begun
    limit = COUNT * max(people, 10_000) / 1_000_000
    some = ", ".join(f"{name} {n:,}" for name, n in found.counts.items())
    return Figure(
        name="customers: quality count",
        unit="s",
        value=rounded(took),
        budget=rounded(limit),
        ok=judge(took, at_most=limit),
        note=f"{found.customers:,} of {people:,} customers counted by a worker in pieces; {some}",
    )
