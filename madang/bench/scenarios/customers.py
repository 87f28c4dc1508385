"""A customer opened among millions of events, how many events programs can tell, and how good the data is."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import text

from madang.bench import company
from madang.bench.bench import Bench
from madang.bench.data import lives, neglected
from madang.bench.data.asked import Ask, Browser, database, figure, one_row
from madang.bench.data.questions import Questions
from madang.bench.figures import Figure, percentile, rounded
from madang.bench.house import House
from madang.conversations import keepsakes, profiles, timeline
from madang.conversations.timeline import Asked
from madang.lib.postgres import Tx

BUDGET = 50.0  # milliseconds
BATCH = 1_000
BESIDE = 2  # programs that tell at once
SOME = text("select customer_id from conversation where id = any(cast(:ids as bigint[]))")
BUSIEST = text("""
select customer_id from (select customer_id from customer_event where source = 'bench lives' limit 200000) e
group by 1 order by count(*) desc limit 20
""")


class NotTold(Exception):
    """A batch was refused, or not all of it was new."""


async def run(bench: Bench) -> list[Figure]:
    """Anybody, and those who did most; the first page, far down, and narrowed."""
    house = await bench.data()
    events = await lives.fill(house, bench.scale)
    times = bench.count(300, 60)
    limit = await one_row(house, times)
    questions = await Questions.of(house, bench.scale)
    async with house.ground.database.begin() as tx:
        ids = {"ids": [questions.conversation(number) for number in range(times)]}
        anybody = list((await tx.execute(SOME, ids)).scalars())
        busiest = list((await tx.execute(BUSIEST)).scalars())
    made: list[Figure] = []
    note = f"in the database, {events:,} events there; limit: one row by key"
    for name, ask in _asks(questions, anybody, busiest).items():
        spent = await database(house, ask, times)
        made.append(figure(f"customers: {name}", spent, BUDGET, note, limit=limit))
    browser = await Browser.open(house, "customers")
    try:
        spent = await browser.pages([f"/customers/{number}" for number in anybody[:times]])
        made.append(figure("customers: page", spent, None, "the whole page as the desk draws it", limit=limit))
    finally:
        await browser.close()
    told = await _told(house, anybody, bench.count(100, 4))
    return [*made, told, *await neglected.measured(bench)]


def _asks(questions: Questions, anybody: list[int], busiest: list[int]) -> dict[str, Ask]:
    viewer = questions.viewer
    orders = Asked(kinds=frozenset({"order"}))

    def page(some: list[int], asked: Asked) -> Ask:
        async def ask(tx: Tx, number: int) -> object:
            return await timeline.of_customer(tx, viewer, some[number % len(some)], asked)

        return ask

    async def opened(tx: Tx, number: int) -> object:
        who = anybody[number % len(anybody)]
        shown = await profiles.person(tx, viewer, who), await keepsakes.of_customer(tx, viewer, who)
        return shown, await timeline.of_customer(tx, viewer, who, Asked())

    async def down(tx: Tx, number: int) -> object:
        cursor: str | None = cursors.get(number % len(busiest))
        found = await timeline.of_customer(tx, viewer, busiest[number % len(busiest)], Asked(), cursor=cursor)
        cursors[number % len(busiest)] = found.next
        return found

    cursors: dict[int, str | None] = {}
    return {
        "opened": opened,
        "timeline": page(anybody, Asked()),
        "timeline of who did most": page(busiest, Asked()),
        "timeline, page after page": down,
        "orders of who did most": page(busiest, orders),
    }


async def _told(house: House, some: list[int], batches: int) -> Figure:
    """Batches of a thousand over HTTP, each event new."""
    token = await company.token(house)
    spent: list[float] = []
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=house.base, headers=headers, timeout=60) as http:
        await _post(http, some[0], "warm", [])
        gate = asyncio.Semaphore(BESIDE)

        async def one(number: int) -> None:
            async with gate:
                await _post(http, some[number % len(some)], f"{number}", spent)

        begun = time.perf_counter()
        await asyncio.gather(*(one(number) for number in range(batches)))
        took = time.perf_counter() - begun
    return Figure(
        name="customers-told",
        unit="events/s",
        value=rounded(batches * BATCH / took),
        p50=rounded(percentile(spent, 0.5)),
        p99=rounded(percentile(spent, 0.99)),
        note=f"{batches} batches of {BATCH:,} over {BESIDE} connections, all new and durable; times are of a batch",
    )


async def _post(http: httpx.AsyncClient, customer: int, name: str, spent: list[float]) -> None:
    now = datetime.now(UTC)
    events: list[dict[str, Any]] = [
        {"key": f"{name}-{place}", "kind": "page", "at": (now - timedelta(minutes=place)).isoformat(), "title": "담요"}
        for place in range(BATCH)
    ]
    begun = time.perf_counter()
    answer = await http.post(
        f"/api/v1/customers/{customer}/events", json={"source": f"bench-{customer}", "events": events}
    )
    spent.append(1_000 * (time.perf_counter() - begun))
    if answer.status_code != 200 or answer.json()["new"] != BATCH:
        raise NotTold(f"{answer.status_code}: {answer.text[:300]}")
