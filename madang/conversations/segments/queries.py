"""What others may read of segments. Whom the viewer does not see is in no list and no number of hers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from madang.conversations.profiles import seen
from madang.conversations.segments.counting import Count, patiently
from madang.conversations.segments.fields import MATTERS, SAID, VOCABULARY, vocabulary
from madang.conversations.segments.models import Segment, SegmentMember
from madang.customers import defined
from madang.customers.models import Customer
from madang.lib import paging
from madang.lib.conditions.reading import read
from madang.lib.conditions.values import Wrong
from madang.lib.conditions.vocabulary import Vocabulary
from madang.lib.errors import NotFound
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

CAP = 1_000  # members are counted up to here for whoever does not see everybody
COLUMNS = (
    Segment.id,
    Segment.name,
    Segment.condition,
    Segment.timezone,
    Segment.members,
    Segment.filled_to,
    Segment.created_by,
    Segment.created_at,
    Segment.changed_at,
    Segment.archived_at,
)
EVERY_SEGMENT: ColumnElement[bool] = true()  # what :func:`known_to` is for most
ASKS: ColumnElement[Any] = literal_column("cast('$.**.field ? (@ == $names[*])' as jsonpath)")
ADDRESSES = text("""
select distinct on (customer_id) customer_id, value from (
  select customer_id, value, main, 1 as proven, id from identity
  where customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone')
  union all
  select customer_id, value, false, 0, 0 from claim
  where customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone')) a
order by customer_id, main desc, proven desc, id
""")


@dataclass(frozen=True, slots=True)
class Known:
    """A segment. ``count``: those in it whom the viewer sees, None where that is not counted; not exact: at least so
    many. ``filling``: not everybody has been looked at since its condition became this."""

    id: int
    name: str
    condition: dict[str, Any]
    timezone: str
    filling: bool
    count: Count | None
    created_by: str
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """A customer in a segment, with an address of hers or ''."""

    id: int
    name: str
    since: datetime
    address: str = ""


async def segments(tx: Tx, viewer: Viewer, *, archived: bool = False) -> list[Known]:
    """All in use, or all that were put away, by name. Members are counted only for whoever sees everybody."""
    permit(viewer, "customer.read")
    there = Segment.archived_at.is_not(None) if archived else Segment.archived_at.is_(None)
    query = select(*COLUMNS).where(there, await known_to(tx, viewer))
    rows = await tx.execute(query.order_by(func.lower(Segment.name), Segment.id))
    return [_known(row, Count(row.members) if _sees_everybody(viewer) else None) for row in rows]


async def segment(tx: Tx, viewer: Viewer, segment_id: int) -> Known:
    """One, put away or not, with its count; raises NotFound."""
    permit(viewer, "customer.read")
    query = select(*COLUMNS).where(Segment.id == segment_id, await known_to(tx, viewer))
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such segment.")
    return _known(row, await _count(tx, viewer, row))


async def members(
    tx: Tx, viewer: Viewer, segment_id: int, *, limit: int = 50, cursor: str | None = None
) -> Page[Member]:
    """A page of those in it whom the viewer sees, the newest customers first. Raises NotFound, BadCursor."""
    permit(viewer, "customer.read")
    there = select(Segment.id).where(Segment.id == segment_id, await known_to(tx, viewer))
    if (await tx.execute(there)).first() is None:
        raise NotFound("There is no such segment.")
    query = _mine(viewer, segment_id, SegmentMember.customer_id, Customer.name, SegmentMember.since)
    if cursor:
        query = query.where(SegmentMember.customer_id < paging.decode(cursor, (int,))[0])
    query = query.order_by(SegmentMember.customer_id.desc()).limit(limit + 1)
    found = [Member(*row) for row in await tx.execute(query)]
    return paging.page(await _addressed(tx, found), limit, lambda one: (one.id,))


async def of_customer(tx: Tx, viewer: Viewer, customer_id: int) -> list[tuple[int, str]]:
    """The segments a customer is in: number and name, by name. The caller has checked that the viewer sees her."""
    query = select(Segment.id, Segment.name).join(SegmentMember, SegmentMember.segment_id == Segment.id)
    mine = query.where(SegmentMember.customer_id == customer_id, Segment.archived_at.is_(None))
    mine = mine.where(await known_to(tx, viewer))
    return [(row.id, row.name) for row in await tx.execute(mine.order_by(func.lower(Segment.name)))]


async def known_to(tx: Tx, viewer: Viewer) -> ColumnElement[bool]:
    """The segments whose condition asks for nothing that is hidden from the viewer: who is in them would tell it.

    Neither for fields that are not for her, nor of conversations that are not hers.
    """
    rule: ColumnElement[bool] = EVERY_SEGMENT
    if hidden := await defined.hidden(tx, viewer):
        names = {"names": [f"fields.{name}" for name in sorted(hidden)]}
        rule = ~func.jsonb_path_exists(Segment.condition, ASKS, cast(names, JSONB))
    return rule if viewer.scope.whole else and_(rule, await _within(tx, viewer))


async def _within(tx: Tx, viewer: Viewer) -> ColumnElement[bool]:
    """Those that ask nothing of conversations, or only what she may ask of them."""
    talks = Segment.reads.op("&&", is_comparison=True)(cast([MATTERS, SAID], ARRAY(Text)))
    if viewer.scope.sees != "all":
        return ~talks
    rows = (await tx.execute(select(Segment.id, Segment.condition).where(talks))).all()
    known = await vocabulary(tx, viewer) if rows else VOCABULARY
    return or_(~talks, Segment.id.in_([row.id for row in rows if _readable(row.condition, known)]))


def _readable(condition: Any, known: Vocabulary) -> bool:
    try:
        read(condition, known)
    except Wrong:
        return False
    return True


def _sees_everybody(viewer: Viewer) -> bool:
    rule: ColumnElement[bool] = seen(viewer, Customer.id)
    return rule.compare(true())


async def _count(tx: Tx, viewer: Viewer, row: Row[Any]) -> Count:
    if _sees_everybody(viewer):
        return Count(row.members)
    some = _mine(viewer, row.id, SegmentMember.customer_id).limit(CAP + 1).subquery()
    found = await patiently(tx, select(func.count()).select_from(some), 1_000)
    if found is None:
        return Count(None, exact=False)
    return Count(min(found[0][0], CAP), exact=found[0][0] <= CAP)


def _mine(viewer: Viewer, segment_id: int, *columns: Any) -> Select[*tuple[Any, ...]]:
    query = select(*columns).join_from(SegmentMember, Customer, Customer.id == SegmentMember.customer_id)
    rules = (SegmentMember.segment_id == segment_id, Customer.merged_into.is_(None))
    return query.where(*rules, seen(viewer, SegmentMember.customer_id))


def _known(row: Row[Any], count: Count | None) -> Known:
    given = {name: getattr(row, name) for name in ("id", "name", "condition", "timezone", "created_by", "created_at")}
    ends = {"changed_at": row.changed_at, "archived_at": row.archived_at}
    return Known(**given, **ends, filling=row.filled_to is not None, count=count)


async def _addressed(tx: Tx, some: Sequence[Member]) -> list[Member]:
    rows = await tx.execute(ADDRESSES, {"ids": [one.id for one in some]})
    addresses = {row.customer_id: row.value for row in rows}
    return [replace(one, address=addresses.get(one.id, "")) for one in some]
