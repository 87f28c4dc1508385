"""Segments: how long a condition takes to count, and how soon a customer is in after what brought her there."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from madang.bench.bench import Bench
from madang.bench.data.shoppers import fill
from madang.bench.figures import Figure, judge, percentile, rounded
from madang.bench.house import House
from madang.conversations import telling
from madang.conversations.segments import actions
from madang.conversations.segments.counting import Count, count
from madang.conversations.segments.fields import VOCABULARY
from madang.customers.happenings import Happening
from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.reading import read
from madang.staff.permissions import CONSOLE

BUDGET = 1_000.0  # milliseconds, both of a count and of a change of membership
PATIENCE = 900.0  # seconds until everybody has been looked at

ORDERS = {"event": "order", "at_least": 2, "days": 90, "where": {"field": "amount", "op": "more_than", "value": 50_000}}
CONDITIONS: dict[str, Any] = {
    "country and language": {
        "all": [{"field": "region", "op": "is", "value": "KR"}, {"field": "language", "op": "begins", "value": "ko"}]
    },
    "a field of one's own": {"field": "fields.tier", "op": "is", "value": "gold"},
    "two orders of an amount in 90 days": ORDERS,
    "no order in 180 days": {"event": "order", "at_most": 0, "days": 180},
    "a phone, or a tag": {
        "any": [{"field": "proven", "op": "has", "value": "phone"}, {"field": "tags", "op": "has", "value": "vip"}]
    },
    "silent for 60 days": {"field": "last_said", "op": "not_within", "value": 60},
    "three conversations": {"field": "conversations", "op": "at_least", "value": 3},
    "all of it": {
        "all": [
            {"field": "region", "op": "any_of", "value": ["KR", "JP"]},
            {"any": [ORDERS, {"field": "tags", "op": "has", "value": "vip"}]},
            {"field": "last_said", "op": "within", "value": 180},
            {"field": "blocked", "op": "is", "value": False},
        ]
    },
}
STATE = text("select members, filled_to from segment where id = :segment")
INSIDE = text("select 1 from segment_member where segment_id = :segment and customer_id = :customer")
OUTSIDE = text("""
select id from customer c where id > :after and not exists (
  select from customer_event e where e.customer_id = c.id and e.kind = 'order') order by id limit :most
""")


async def run(bench: Bench) -> list[Figure]:
    """In a house of its own, with as many customers as the run's scale."""
    people = bench.count(max(bench.scale, 10_000), 20_000)
    house = await bench.another("segments")
    await fill(house, people)
    times = 2 if bench.quick else 5
    made = [await _counted(house, name, given, times, people) for name, given in CONDITIONS.items()]
    return [*made, *await _followed(house, bench.count(60, 10), people)]


async def _counted(house: House, name: str, given: Any, times: int, people: int) -> Figure:
    node, spent = read(given, VOCABULARY), []
    found = Count(None)
    for _ in range(times + 1):
        async with house.ground.database.begin() as tx:
            calendar, begun = Calendar(datetime.now(UTC), "Asia/Seoul"), time.perf_counter()
            found = await count(tx, CONSOLE, node, calendar)
            spent.append(1_000 * (time.perf_counter() - begun))
    median, worst = percentile(spent[1:], 0.5), max(spent[1:])
    exact = "exactly" if found.exact else "about, from a sample:"
    return Figure(
        name=f"segments: {name}",
        unit="ms",
        value=rounded(median),
        p50=rounded(median),
        budget=BUDGET,
        ok=judge(median if found.exact else None, at_most=BUDGET),
        note=f"{exact} {found.n or 0:,} of {people:,} customers; first {spent[0]:.0f} ms, at worst {worst:.0f}",
    )


async def _followed(house: House, orders: int, people: int) -> list[Figure]:
    """A segment of whoever has ordered in 30 days: filled, and then each order brings somebody in."""
    begun = time.monotonic()
    async with house.ground.database.begin() as tx:
        bought = {"event": "order", "at_least": 1, "days": 30}
        segment = await actions.create(tx, CONSOLE, "bench: ordered", bought, "Asia/Seoul")
        for name, given in CONDITIONS.items():
            await actions.create(tx, CONSOLE, f"bench: {name}", given, "Asia/Seoul")
    async with asyncio.timeout(PATIENCE):
        while (members := await _filled(house, segment)) is None:
            house.check()
            await asyncio.sleep(0.5)
    took = time.monotonic() - begun
    async with house.ground.database.begin() as tx:
        some = list((await tx.execute(OUTSIDE, {"after": 0, "most": orders})).scalars())
    spent = [await _enters(house, segment, customer) for customer in some]
    note = f"from the order's commit until she is in, each of {len(spent)} orders alone, beside {len(CONDITIONS)} "
    filling = Figure(
        name="segments-fill",
        unit="customers/s",
        value=rounded(people / took),
        note=f"a new condition put to {people:,} customers in {took:.0f} s by a worker, {members:,} of them in",
    )
    p99 = percentile(spent, 0.99)
    return [
        filling,
        Figure(
            name="segments-change",
            unit="ms p99",
            value=rounded(p99),
            p50=rounded(percentile(spent, 0.5)),
            p99=rounded(p99),
            budget=BUDGET,
            ok=judge(p99, at_most=BUDGET),
            note=f"{note}other segments that are being filled or kept",
        ),
    ]


async def _filled(house: House, segment: int) -> int | None:
    async with house.ground.database.begin() as tx:
        row = (await tx.execute(STATE, {"segment": segment})).one()
    return int(row.members) if row.filled_to is None else None


async def _enters(house: House, segment: int, customer: int) -> float:
    """Milliseconds."""
    order = Happening(f"bench-{customer}", "order", datetime.now(UTC), amount=90_000, currency="KRW")
    async with house.ground.database.begin() as tx:
        await telling.tell(tx, CONSOLE, customer, "bench-live", [order])
    begun = time.perf_counter()
    while True:
        async with house.ground.database.begin() as tx:
            if (await tx.execute(INSIDE, {"segment": segment, "customer": customer})).first():
                return 1_000 * (time.perf_counter() - begun)
        house.check()
        if time.perf_counter() - begun > 60:
            raise TimeoutError("an order brought nobody in within a minute")
        await asyncio.sleep(0.005)
