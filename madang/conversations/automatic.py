"""Who was merged without asking anybody, for whoever sees them: the list, and how many a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, func, join, or_, select, text, true
from sqlalchemy.orm import aliased

from madang.conversations import profiles
from madang.customers.models import Customer, Merge
from madang.customers.trees import root_beside
from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

DAYS = 14

ONE, TWO = (root_beside(Merge.__table__.c[side], name) for side, name in (("winner_id", "one"), ("loser_id", "two")))
WINNER, LOSER = aliased(Customer), aliased(Customer)
BY_ITSELF = text("(merge.why ->> 'reason') = 'automatic'")  # word for word as its index says it


@dataclass(frozen=True, slots=True)
class Done:
    """One such merge: ``one`` and ``two`` are the persons they are now, the same while nobody undid it."""

    id: int
    one: int
    two: int
    winner: str
    loser: str
    why: dict[str, Any]
    at: datetime
    undone_by: str
    undone_at: datetime | None

    @property
    def score(self) -> float:
        """How sure it was."""
        return float(self.why.get("score") or 0.0)


@dataclass(frozen=True, slots=True)
class Day:
    """How many were merged on the day that began then by the viewer's clock, and how many of these were undone."""

    day: datetime
    merged: int
    undone: int


async def done(tx: Tx, viewer: Viewer, *, limit: int = 50, cursor: str | None = None) -> Page[Done]:
    """The newest first."""
    permit(viewer, "customer.merge")
    query = _seen(viewer).order_by(Merge.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(Merge.id < paging.decode(cursor, (int,))[0])
    return paging.page([Done(*row) for row in await tx.execute(query)], limit, lambda one: (one.id,))


async def one(tx: Tx, viewer: Viewer, merge_id: int) -> Done:
    """One of them; raises NotFound."""
    permit(viewer, "customer.merge")
    row = (await tx.execute(_seen(viewer).where(Merge.id == merge_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such merge.")
    return Done(*row)


async def days(tx: Tx, viewer: Viewer) -> list[Day]:
    """The last :data:`DAYS`, today first; a day without any is left out."""
    permit(viewer, "customer.merge")
    here = func.date_trunc("day", func.timezone(viewer.timezone, Merge.at))
    day = func.timezone(viewer.timezone, here).label("day")
    counted = (func.count().label("merged"), func.count(Merge.undone_at).label("undone"))
    recent = Merge.at > func.now() - timedelta(days=DAYS)
    query = select(day, *counted).select_from(_joined()).where(recent, *_rules(viewer)).group_by(day)
    return [Day(*row) for row in await tx.execute(query.order_by(day.desc()))]


def _seen(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    names = (WINNER.name.label("winner"), LOSER.name.label("loser"))
    end = (Merge.why, Merge.at, Merge.undone_by, Merge.undone_at)
    columns = (Merge.id, ONE.c.id.label("one"), TWO.c.id.label("two"), *names, *end)
    query = select(*columns).select_from(_joined())
    query = query.join(WINNER, WINNER.id == Merge.winner_id).join(LOSER, LOSER.id == Merge.loser_id)
    return query.where(*_rules(viewer))


def _joined() -> Any:
    return join(join(Merge, ONE, true()), TWO, true())


def _rules(viewer: Viewer) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """While they are one, who sees her sees it; of what was undone, who sees both."""
    both = profiles.seen(viewer, TWO.c.id)
    return BY_ITSELF, profiles.seen(viewer, ONE.c.id), or_(Merge.undone_at.is_(None), both)
