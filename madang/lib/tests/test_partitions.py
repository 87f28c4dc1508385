"""A month owns a range of numbers, and numbers only ever grow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from madang.lib import partitions
from madang.lib.partitions import Monthly, first_of, floor_of, month_of, name_of
from madang.lib.postgres import Database, Tx
from madang.models import MONTHLY
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

NEXT_YEAR = datetime(2027, 3, 1, tzinfo=UTC)


async def _keep(db: Database, now: datetime) -> int:
    async with db.begin() as tx:
        return await partitions.keep(tx, MONTHLY, now)


async def _numbers(db: Database, table: str) -> list[int]:
    async with db.begin() as tx:
        return list((await tx.execute(text(f"select id from {table} order by id"))).scalars())


def test_the_months_have_names_and_ranges() -> None:
    assert name_of("message", month_of(datetime(2026, 11, 30, tzinfo=UTC))) == "message_2026_11"
    assert name_of("message", month_of(datetime(2027, 1, 1, tzinfo=UTC))) == "message_2027_01"
    assert month_of(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert floor_of(first_of(12) + 5) == first_of(11)
    assert floor_of(7) == 0
    assert first_of(12 * 100) < 2**53, "a browser still counts these exactly in a hundred years"


def test_what_grows_without_end_is_cut_by_month() -> None:
    assert {"message", "event", "envelope"} <= {one.table for one in MONTHLY}


async def test_a_new_month_begins_its_numbers_and_what_is_there_stays(yard: Yard) -> None:
    db = yard.ground.database
    await yard.says("the old month's last words")
    assert await _keep(db, NEXT_YEAR) == 2 * len(MONTHLY)
    assert await _keep(db, NEXT_YEAR) == 0, "twice is once"
    await yard.says("the new month's first words")
    old, new = await _numbers(db, "message")
    assert old < first_of(month_of(NEXT_YEAR)) <= new
    async with db.begin() as tx:
        there = await tx.execute(text(f"select text from {name_of('message', month_of(NEXT_YEAR))}"))
        assert list(there.scalars()) == ["the new month's first words"]


async def test_a_clock_that_jumps_back_changes_no_order(yard: Yard) -> None:
    db = yard.ground.database
    await _keep(db, NEXT_YEAR)
    await yard.says("in March")
    await _keep(db, datetime(2026, 12, 1, tzinfo=UTC))
    await yard.says("in December, says the clock")
    first, second = await _numbers(db, "message")
    assert first < second


async def test_several_keepers_at_once(db: Database) -> None:
    made = await asyncio.gather(*(_keep(db, NEXT_YEAR) for _ in range(5)))
    assert sum(made) == 2 * len(MONTHLY)


async def test_a_month_whose_first_number_is_just_taken_does_not_give_it_out_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several webs and workers start at once in a new house: one keeps the months while another says the first news."""
    await _keep(db, NEXT_YEAR)
    taken: list[int] = []
    stood = partitions._top

    async def somebody_is_quick(tx: Tx, one: Monthly) -> int:
        top = await stood(tx, one)
        async with db.begin() as other:
            taken.append((await other.execute(text(f"select nextval('{one.table}_id_seq')"))).scalar_one())
        return top

    monkeypatch.setattr(partitions, "_top", somebody_is_quick)
    event = next(one for one in MONTHLY if one.table == "event")
    for _ in range(2):
        async with db.begin() as tx:
            await partitions._begin(tx, event, first_of(month_of(NEXT_YEAR)))
    assert len(set(taken)) == 2


@pytest.mark.parametrize("table", ["message", "event", "envelope"])
async def test_a_month_that_runs_out_of_numbers_goes_on_in_the_next(db: Database, table: str) -> None:
    now = datetime.now(UTC)
    async with db.begin() as tx:
        last = first_of(month_of(now) + 1) + 3  # as if a thousand million had come this month
        await tx.execute(text(f"select setval('{table}_id_seq', {last})"))
    assert await _keep(db, now) >= 1
    async with db.begin() as tx:
        name = name_of(table, month_of(now) + 2)
        there = (await tx.execute(text("select to_regclass(:name) is not null"), {"name": name})).scalar_one()
    assert there, "the month after the one the numbers have come to"


async def test_a_large_old_database_keeps_its_rows_as_the_partition_before_all_months(db: Database) -> None:
    async with db.begin() as tx:
        parts = (await tx.execute(text("select relname from pg_class where relname like 'message%early'"))).all()
    assert parts == [], "a new database has none"
