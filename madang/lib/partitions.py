"""Large tables by month, without a clock in their order: a month owns a range of numbers.

A partitioned table is cut by its number, not by a time column, so that the number alone stays its key, foreign keys
may point to it, and "newest first" reads the newest partition first. When a month begins, upkeep makes the coming
partitions and moves the sequences up to the month's first number. Sequences only ever grow: a clock that jumps back
changes nothing, one that jumps forward begins a month early, and a month that runs out of numbers goes on in the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import MetaData, text

from madang.lib.postgres import Tx

BITS = 30  # of numbers a month: a thousand million rows of one table; and JavaScript still counts them exactly
EPOCH = 2026  # month 0 is its January; later months own numbers larger than any given out before months were kept

LOCK = text("select pg_try_advisory_xact_lock(7303)")
PATIENCE = text("set local lock_timeout = '3s'")
EXISTS = text("select to_regclass(:name) is not null")
SEQUENCE = text("select pg_get_serial_sequence(:table, :column)")
MOVE = text("select setval(pg_get_serial_sequence(:table, :column), :number, false)")
# A statement's triggers are not handed down to partitions as a row's are.
TRIGGERS = text("""
select pg_get_triggerdef(oid) from pg_trigger
where tgrelid = cast(:table as regclass) and not tgisinternal and tgtype & 1 = 0
""")


@dataclass(frozen=True, slots=True)
class Monthly:
    """A partitioned table. ``numbers``: whether its own sequence gives its numbers out (else another table's does)."""

    table: str
    column: str
    numbers: bool


def month_of(at: datetime) -> int:
    """The month's place: 0 is January 2026, 11 December."""
    return max(0, (at.year - EPOCH) * 12 + at.month - 1)


def first_of(month: int) -> int:
    """The first number a month owns."""
    return max(0, month) << BITS


def floor_of(number: int, back: int = 1) -> int:
    """The first number of the month ``back`` months before the one that owns ``number``."""
    return first_of((number >> BITS) - back)


def name_of(table: str, month: int) -> str:
    """What a month's partition is called: ``message_2026_11``."""
    return f"{table}_{EPOCH + month // 12}_{month % 12 + 1:02d}"


def monthly(metadata: MetaData) -> list[Monthly]:
    """The tables that say they are partitioned, in the order of their foreign keys."""
    found: list[Monthly] = []
    for table in metadata.sorted_tables:
        by = table.dialect_options["postgresql"]["partition_by"]
        if by:
            column = str(by).removeprefix("RANGE (").removesuffix(")")
            found.append(Monthly(table.name, column, table.c[column].identity is not None))
    return found


async def keep(tx: Tx, tables: Iterable[Monthly], now: datetime, ahead: int = 1) -> int:
    """Make the partitions of this month and ``ahead`` more, then let the numbers of this month begin.

    Returns how many partitions were made. Safe at any time, in any number of processes: one works, the others pass.
    """
    if not (await tx.execute(LOCK)).scalar_one():
        return 0
    await tx.execute(PATIENCE)  # a table that is locked for long is done next time
    made = 0
    some = list(tables)
    for one in some:
        first = max(month_of(now), await _reached(tx, one, some))  # never one before those that are in use
        for month in range(first, first + ahead + 1):
            made += await make(tx, one.table, month)
    for one in some:
        if one.numbers:
            await _begin(tx, one, first_of(month_of(now)))
    return made


async def make(tx: Tx, table: str, month: int) -> int:
    """Make one partition; returns 1, or 0 when it is there. The table stays readable and writable meanwhile."""
    name = name_of(table, month)
    if (await tx.execute(EXISTS, {"name": f'"{name}"'})).scalar_one():
        return 0
    await tx.execute(text(f'create table "{name}" (like "{table}" including defaults including constraints)'))
    bounds = f"from ({first_of(month)}) to ({first_of(month + 1)})"
    await tx.execute(text(f'alter table "{table}" attach partition "{name}" for values {bounds}'))
    for (trigger,) in (await tx.execute(TRIGGERS, {"table": f'"{table}"'})).all():
        await tx.execute(text(trigger.replace(f" ON public.{table} ", f' ON public."{name}" ')))
    return 1


async def _reached(tx: Tx, one: Monthly, tables: list[Monthly]) -> int:
    """The month the numbers of a table have come to: its own, or those of any table when others give them out."""
    givers = [one] if one.numbers else [other for other in tables if other.numbers]
    tops = [await _top(tx, giver) for giver in givers]
    return max(tops, default=0) >> BITS


async def _top(tx: Tx, one: Monthly) -> int:
    """Where its sequence stands: the last number given out, or the first that will be.

    Not pg_sequence_last_value, which knows no number before one is given out: whoever takes a month's first number
    while we look would see it given out again.
    """
    name: str = (await tx.execute(SEQUENCE, {"table": f'"{one.table}"', "column": one.column})).scalar_one()
    top: int = (await tx.execute(text(f"select last_value from {name}"))).scalar_one()  # noqa: S608
    return top


async def _begin(tx: Tx, one: Monthly, number: int) -> None:
    if await _top(tx, one) < number:
        await tx.execute(MOVE, {"table": f'"{one.table}"', "column": one.column, "number": number})
