"""What became of a customer, as screens and programs show it: edits of her fields, and the merges that made her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

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
    """A field that became another. ``merge_id``: by the choice made in a merge."""

    id: int
    field: str
    before: Any
    after: Any
    by: str
    at: datetime
    merge_id: int | None
    undone: bool


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


async def changes(tx: Tx, customer_id: int, *, limit: int = 50, cursor: str | None = None) -> Page[Change]:
    """Of her fields, newest first."""
    one = FieldChange
    columns = (one.id, one.field, one.before, one.after, one.by, one.at, one.merge_id, one.undone)
    query = select(*columns).where(one.customer_id == customer_id).order_by(one.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(one.id < paging.decode(cursor, (int,))[0])
    return paging.page([Change(*row) for row in await tx.execute(query)], limit, lambda row: (row.id,))


async def merges(tx: Tx, customer_id: int) -> list[Merged]:
    """Every merge that made her, and those of hers that were undone, newest first."""
    tree = await below(tx, customer_id)
    ours = or_(Merge.winner_id.in_(tree), Merge.loser_id.in_(tree))
    return await _merges(tx, _query(ours).order_by(Merge.id.desc()).limit(MOST))


async def merge(tx: Tx, merge_id: int) -> Merged:
    """One merge; raises NotFound. The caller asks for the scope."""
    found = await _merges(tx, _query(Merge.id == merge_id))
    if not found:
        raise NotFound("There is no such merge.")
    return found[0]


async def standing(tx: Tx, loser_id: int) -> Merged | None:
    """The merge by which somebody is somebody else now."""
    found = await _merges(tx, _query((Merge.loser_id == loser_id) & Merge.undone_at.is_(None)))
    return found[0] if found else None


def _query(rule: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    names = (WINNER.name.label("winner"), LOSER.name.label("loser"))
    end = (Merge.why, Merge.by, Merge.at, Merge.undone_by, Merge.undone_at)
    query = select(Merge.id, Merge.winner_id, Merge.loser_id, *names, *end)
    return query.join(WINNER, WINNER.id == Merge.winner_id).join(LOSER, LOSER.id == Merge.loser_id).where(rule)


async def _merges(tx: Tx, query: Select[*tuple[Any, ...]]) -> list[Merged]:
    return [Merged(*row) for row in await tx.execute(query)]
