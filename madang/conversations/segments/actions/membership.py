"""Who is in which segment: looked at anew for some customers, for many segments at once.

Whoever does so holds one lock: what is seen after taking it is everything that was committed before, and what is
committed later has an event that is answered later. The lock is held for some thousands of customers, not for all.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, and_, select, text
from sqlalchemy import cast as as_
from sqlalchemy.dialects.postgresql import ARRAY

from madang.conversations.segments.fields import VOCABULARY
from madang.conversations.segments.models import Segment
from madang.customers.models import Customer
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record_all
from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.reading import read
from madang.lib.conditions.sql import Sql
from madang.lib.conditions.tree import Node
from madang.lib.conditions.turning import turning
from madang.lib.conditions.values import Wrong
from madang.lib.postgres import Tx

log = logging.getLogger("madang.segments")

AT_ONCE = 10  # segments in one statement

LOCK = text("select pg_advisory_xact_lock(7306, 0)")
NOW = text("select now()")
IN = text("""
select segment_id, customer_id from segment_member
where segment_id = any(cast(:segments as bigint[])) and customer_id = any(cast(:customers as bigint[]))
""")
ENTER = text("""
insert into segment_member (segment_id, customer_id)
select * from unnest(cast(:segments as bigint[]), cast(:customers as bigint[])) on conflict do nothing
""")
LEAVE = text("""
delete from segment_member m using unnest(cast(:segments as bigint[]), cast(:customers as bigint[])) as g(s, c)
where m.segment_id = g.s and m.customer_id = g.c
""")
COUNT = text("""
update segment s set members = s.members + g.n
from unnest(cast(:segments as bigint[]), cast(:counts as bigint[])) as g(id, n) where s.id = g.id
""")
DUE = text("""
insert into segment_due as d (segment_id, customer_id, at)
select s, c, greatest(at, now() + interval '5 minutes')
from unnest(cast(:segments as bigint[]), cast(:customers as bigint[]), cast(:ats as timestamptz[])) as g(s, c, at)
on conflict (segment_id, customer_id) do update set at = excluded.at where d.at <> excluded.at
""")
NOT_DUE = text("""
delete from segment_due d using unnest(cast(:segments as bigint[]), cast(:customers as bigint[])) as g(s, c)
where d.segment_id = g.s and d.customer_id = g.c
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment in use, as whoever keeps its members needs it. ``filling``: not everybody has been looked at yet."""

    id: int
    condition: Node
    timezone: str
    reads: frozenset[str]
    moves: bool
    filling: bool


async def kept(tx: Tx, only: Collection[int] | None = None) -> list[Kept]:
    """Every segment in use, or these of them."""
    columns = (Segment.id, Segment.condition, Segment.timezone, Segment.reads, Segment.moves, Segment.filled_to)
    query = select(*columns).where(Segment.archived_at.is_(None)).order_by(Segment.id)
    if only is not None:
        query = query.where(Segment.id.in_(only))
    return [one for row in await tx.execute(query) if (one := _kept(row))]


def _kept(row: Row[Any]) -> Kept | None:
    """None when nobody can read it any more: its members stay as they are, and the others' follow."""
    try:
        node = read(row.condition, VOCABULARY)
    except Wrong as error:
        log.error("segment %s cannot be read: %s at %s", row.id, error.message, error.field)
        return None
    return Kept(row.id, node, row.timezone, frozenset(row.reads), row.moves, row.filled_to is not None)


async def hold(tx: Tx) -> None:
    """Take the one lock of who keeps members, before anything is read for it."""
    await tx.execute(LOCK)


async def weigh(tx: Tx, segments: Sequence[Kept], customers: Iterable[int]) -> None:
    """Let these customers be in each of the segments exactly if they fulfil it now. The caller holds the lock.

    Who is merged into somebody else is in none. What changes is told, except while a segment is being filled.
    """
    ids = sorted(set(customers))
    if not ids or not segments:
        return
    now: datetime = (await tx.execute(NOW)).scalar_one()
    for start in range(0, len(segments), AT_ONCE):
        await _weigh(tx, segments[start : start + AT_ONCE], ids, now)


async def _weigh(tx: Tx, segments: Sequence[Kept], ids: list[int], now: datetime) -> None:
    columns: list[Any] = []
    for one in segments:
        calendar = Calendar(now, one.timezone)
        verdict = and_(Customer.merged_into.is_(None), Sql(VOCABULARY, calendar).where(one.condition))
        columns += [verdict, turning(one.condition, VOCABULARY, calendar)]
    places = [column.label(f"c{place}") for place, column in enumerate(columns)]
    some = Customer.id == as_(ids, ARRAY(BigInteger)).any_()
    rows = [tuple(row) for row in await tx.execute(select(Customer.id, *places).where(some))]
    given = {"segments": [one.id for one in segments], "customers": ids}
    before = {(row[0], row[1]) for row in await tx.execute(IN, given)}
    inside = {(one.id, row[0]) for place, one in enumerate(segments) for row in rows if row[1 + 2 * place]}
    await _move(tx, segments, sorted(inside - before), sorted(before - inside))
    await _remember(tx, segments, rows)


async def _move(
    tx: Tx, segments: Sequence[Kept], entered: Sequence[tuple[int, int]], left: Sequence[tuple[int, int]]
) -> None:
    if entered:
        await tx.execute(ENTER, _pairs(entered))
    if left:
        await tx.execute(LEAVE, _pairs(left))
    counts = {one.id: 0 for one in segments}
    for segment, _customer in entered:
        counts[segment] += 1
    for segment, _customer in left:
        counts[segment] -= 1
    moved = {segment: n for segment, n in counts.items() if n}
    if moved:
        await tx.execute(COUNT, {"segments": list(moved), "counts": list(moved.values())})
    told = {one.id for one in segments if not one.filling}
    kinds = ((Kind.CUSTOMER_ENTERED_SEGMENT, entered), (Kind.CUSTOMER_LEFT_SEGMENT, left))
    news = [
        News(kind, customer=customer, data={"segment": segment})
        for kind, some in kinds
        for segment, customer in some
        if segment in told
    ]
    await record_all(tx, SYSTEM, news)


async def _remember(tx: Tx, segments: Sequence[Kept], rows: Sequence[tuple[Any, ...]]) -> None:
    """When time alone may move them next."""
    moving = [(place, one.id) for place, one in enumerate(segments) if one.moves]
    turns = [(number, row[0], row[2 + 2 * place]) for place, number in moving for row in rows]
    due = [one for one in turns if one[2] is not None]
    if due:
        await tx.execute(DUE, _pairs(due) | {"ats": [at for _, _, at in due]})
    rest = [one for one in turns if one[2] is None]
    if rest:
        await tx.execute(NOT_DUE, _pairs(rest))


def _pairs(some: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {"segments": [one[0] for one in some], "customers": [one[1] for one in some]}
