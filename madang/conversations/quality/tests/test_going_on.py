"""How a count goes on: stopped and carried on, at the same moment asked for, day after day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from madang.conversations.quality import actions, queries
from madang.conversations.quality.actions import counting
from madang.conversations.quality.tests.amiss import counted, customer, run
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard


async def test_a_count_goes_on_where_it_was_left_and_marks_what_changed(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        await customer(yard, f"n{number}")
    monkeypatch.setattr(counting, "BATCH", 2)
    monkeypatch.setattr(counting, "SMALLEST", 2)
    monkeypatch.setattr(counting, "LONGEST", 0.0)
    async with yard.ground.database.begin() as tx:
        assert await actions.count_now(tx, CONSOLE)
        assert not await actions.count_now(tx, CONSOLE), "one at a time"
    for _ in range(2):  # each time by another worker, which is stopped after a step
        assert await counting.Hands(yard.ground.database, 12).step()
    async with yard.ground.database.begin() as tx:
        running = (await queries.report(tx, CONSOLE)).running
    assert running
    assert 0 < running.done < running.of
    monkeypatch.setattr(counting, "LONGEST", 5.0)
    assert await counting.Hands(yard.ground.database, 12).work() > 0, "another worker finishes it"
    async with yard.ground.database.begin() as tx:
        found = await queries.report(tx, CONSOLE)
    assert (found.running, found.customers, found.counts["unreachable"]) == (None, 7, 7)
    assert await counting.Hands(yard.ground.database, 12).work() == 0, "not again before it is time"
    before = await run(yard, "select customer_id, xmin::text from quality_mark order by 1")
    await run(yard, "update customer set merged_into = (select min(id) from customer) where name = 'n6'")
    await run(yard, "insert into quality_mark values (999999, 1, '{}')")
    await counted(yard)
    after = await run(yard, "select customer_id, xmin::text from quality_mark order by 1")
    assert set(after) < set(before), "unchanged marks are not written again, and those of nobody are gone"
    assert len({row.customer_id for row in after}) == 6


async def test_the_trend_has_a_number_a_day(yard: Yard) -> None:
    await customer(yard, "one")
    await counted(yard)
    await run(yard, "update quality_snapshot set day = day - 3")
    await customer(yard, "two")
    found = await counted(yard)
    assert (len(found.days), found.days[-1]) == (90, datetime.now(UTC).date())
    assert found.trend["unreachable"][-4:] == [1, None, None, 2]
    told = await run(yard, "select kind from event where kind like 'quality.%' order by id")
    assert [row.kind for row in told] == ["quality.asked", "quality.counted"] * 2


async def test_a_day_begins_a_new_count_by_itself(yard: Yard) -> None:
    hands = counting.Hands(yard.ground.database, 12)
    assert await hands.work() > 0
    assert await hands.work() == 0
    await run(
        yard, "update quality_count set began_at = now() - interval '1 day', finished_at = now() - interval '1 day'"
    )
    assert await hands.work() > 0


async def test_whoever_asks_at_the_moment_a_count_begins_is_no_trouble(yard: Yard) -> None:
    hands = counting.Hands(yard.ground.database, 12)
    async with yard.ground.database.begin() as tx:  # asked, and not committed while the worker looks
        assert await actions.count_now(tx, CONSOLE)
        begins = asyncio.create_task(hands.step())
        while not await waits(yard):
            await asyncio.sleep(0.01)
    assert await begins
    assert [row.by for row in await run(yard, "select by from quality_count")] == ["system"]


async def waits(yard: Yard) -> bool:
    """Whether the worker's statement waits for the other transaction."""
    found = await run(yard, "select 1 from pg_locks where not granted and locktype = 'transactionid'")
    return bool(found)
