"""What became of a customer, as screens and programs show it: edits of her fields, and the merges that made her."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, case, cast, func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from madang.customers.matching.words import READ
from madang.customers.models import Customer, FieldChange, Merge
from madang.customers.trees import below
from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.paging import Page
from madang.lib.postgres import Tx

MOST = 100  # merges that are listed of one customer
WINNER, LOSER = aliased(Customer), aliased(Customer)


@dataclass(frozen=True, slots=True)
class Change:
    """A field that became another. ``merge_id``: by the choice made in a merge. ``token``: by which of hers, or ''."""

    id: int
    field: str
    before: Any
    after: Any
    by: str
    at: datetime
    merge_id: int | None
    undone: bool
    token: str


@dataclass(frozen=True, slots=True)
class Merged:
    """That ``loser`` was found to be ``winner``, and perhaps undone. ``why`` is the journal: see :class:`Merge`."""

    id: int
    winner_id: int
    loser_id: int
    winner: str
    loser: str
    why: dict[str, Any]
    by: str
    at: datetime
    undone_by: str
    undone_at: datetime | None


async def changes(
    tx: Tx, customer_id: int, hidden: Collection[str] = (), *, limit: int = 50, cursor: str | None = None
) -> Page[Change]:
    """Of her fields, newest first; of the company's own without the ``hidden`` ones."""
    one = FieldChange
    by, token = (func.split_part(one.by, " ", part) for part in (1, 2))
    columns = (one.id, one.field, one.before, one.after, by, one.at, one.merge_id, one.undone, token)
    query = select(*columns).where(one.customer_id == customer_id).order_by(one.id.desc()).limit(limit + 1)
    if hidden:
        query = query.where(one.field.not_in(_named(hidden)))
    if cursor:
        query = query.where(one.id < paging.decode(cursor, (int,))[0])
    return paging.page([Change(*row) for row in await tx.execute(query)], limit, lambda row: (row.id,))


async def merges(tx: Tx, customer_id: int, hidden: Collection[str] = ()) -> list[Merged]:
    """Every merge that made her, and those of hers that were undone, newest first; no choice of a ``hidden`` field."""
    tree = await below(tx, customer_id)
    ours = or_(Merge.winner_id.in_(tree), Merge.loser_id.in_(tree))
    return await _merges(tx, _query(ours, hidden).order_by(Merge.id.desc()).limit(MOST))


async def merge(tx: Tx, merge_id: int, hidden: Collection[str] = ()) -> Merged:
    """One merge; raises NotFound. The caller asks for the scope."""
    found = await _merges(tx, _query(Merge.id == merge_id, hidden))
    if not found:
        raise NotFound("There is no such merge.")
    return found[0]


async def standing(tx: Tx, loser_id: int) -> Merged | None:
    """The merge by which somebody is somebody else now."""
    found = await _merges(tx, _query((Merge.loser_id == loser_id) & Merge.undone_at.is_(None)))
    return found[0] if found else None


def _named(hidden: Collection[str]) -> list[str]:
    """As a change and a choice name fields of the company's own."""
    return sorted(f"fields.{name}" for name in hidden)


def _journal(hidden: Collection[str]) -> ColumnElement[Any]:
    if not hidden:
        return Merge.why.expression
    kept = Merge.why["choices"].op("-")(cast(_named(hidden), ARRAY(Text)))
    changed = type_coerce(func.jsonb_set(Merge.why, ["choices"], kept), JSONB)
    journal = case((Merge.why.has_key("choices"), changed), else_=Merge.why)
    told = READ & set(hidden)  # then what was compared may tell of them
    return (type_coerce(journal.op("-")(cast("evidence", Text)), JSONB) if told else journal).label("why")


def _query(rule: ColumnElement[bool], hidden: Collection[str] = ()) -> Select[*tuple[Any, ...]]:
    names = (WINNER.name.label("winner"), LOSER.name.label("loser"))
    end = (_journal(hidden), Merge.by, Merge.at, Merge.undone_by, Merge.undone_at)
    query = select(Merge.id, Merge.winner_id, Merge.loser_id, *names, *end)
    return query.join(WINNER, WINNER.id == Merge.winner_id).join(LOSER, LOSER.id == Merge.loser_id).where(rule)


async def _merges(tx: Tx, query: Select[*tuple[Any, ...]]) -> list[Merged]:
    return [Merged(*row) for row in await tx.execute(query)]
