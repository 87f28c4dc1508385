"""The numbers, their trend, and how far a count is: from snapshots, a few rows however many customers there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from madang.conversations.quality.measures import CUSTOM, MERGED, PROBLEMS, STANDARD, TREND
from madang.conversations.quality.models import QualityCount, QualitySnapshot
from madang.customers import defined
from madang.customers.models import Customer
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import NotPermitted, Viewer, permit


@dataclass(frozen=True, slots=True)
class Filled:
    """A field and how many customers have something in it. ``label`` is that of a field of the company's own."""

    name: str
    label: str
    has: int


@dataclass(frozen=True, slots=True)
class Running:
    """A count under way: so many of about so many customers."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Report:
    """Of a brand (0: everybody), as last counted; ``at`` None: never yet.

    ``counts`` by the names of ``measures.py``, with ``returned`` (of the stale ones) and ``merged``. ``days`` are those
    of the trend, oldest first, and ``trend`` has for each name as many numbers, None where nothing was counted.
    """

    brand_id: int
    at: datetime | None
    months: int
    customers: int
    counts: Mapping[str, int]
    fields: Sequence[Filled]
    days: Sequence[date]
    trend: Mapping[str, Sequence[int | None]]
    running: Running | None = None

    def share(self, n: int) -> float:
        """Of all customers."""
        return n / self.customers if self.customers else 0.0


def check(viewer: Viewer, brand_id: int | None = None) -> int:
    """The brand whose numbers these are, 0 for everybody; without one the whole or the first she has.

    Raises NotPermitted for who sees only her team's or her own conversations: the numbers are of whole brands; NotFound
    for a brand that is not hers.
    """
    permit(viewer, "quality.read")
    if viewer.scope.sees != "all":
        raise NotPermitted("quality.read")
    brands = viewer.scope.brands
    if brands is None:
        return brand_id or 0
    if not brands:
        raise NotPermitted("quality.read")
    number = brand_id or min(brands)
    if number not in brands:
        raise NotFound("There is no such brand.")
    return number


async def report(tx: Tx, viewer: Viewer, brand_id: int | None = None) -> Report:
    """What the last count found, and what it was in the last days. Raises NotPermitted, NotFound."""
    number = check(viewer, brand_id)
    today: date = (await tx.execute(select(func.now()))).scalar_one().astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range(TREND - 1, -1, -1)]
    one = QualitySnapshot
    query = select(one.day, one.at, one.counts).where(one.brand_id == number).order_by(one.day.desc()).limit(TREND + 1)
    rows = {row.day: row for row in await tx.execute(query)}
    newest = rows[max(rows)] if rows else None
    counts: dict[str, Any] = newest.counts if newest else {}
    names = ("customers", *PROBLEMS, MERGED)
    trend = {name: [rows[day].counts.get(name, 0) if day in rows else None for day in days] for name in names}
    return Report(
        brand_id=number,
        at=newest.at if newest else await _counted(tx),
        months=counts.get("months", 0),
        customers=counts.get("customers", 0),
        counts={name: counts.get(name, 0) for name in (*PROBLEMS, "returned", MERGED)},
        fields=await _fields(tx, viewer, counts.get("has", {})),
        days=days,
        trend=trend,
        running=await _running(tx),
    )


async def fields(tx: Tx, viewer: Viewer) -> dict[str, str]:
    """The fields whose completeness is told: name → label, '' for those every customer has."""
    own = {CUSTOM + one.name: one.label or one.name for one in await defined.fields(tx, viewer)}
    return dict.fromkeys(STANDARD, "") | own


async def _fields(tx: Tx, viewer: Viewer, has: Mapping[str, int]) -> list[Filled]:
    return [Filled(name, label, has.get(name, 0)) for name, label in (await fields(tx, viewer)).items()]


async def _counted(tx: Tx) -> datetime | None:
    """When a count last ended: a brand that is nobody's has no snapshot."""
    query = select(QualityCount.finished_at).where(QualityCount.finished_at.is_not(None))
    found: datetime | None = (await tx.execute(query.order_by(QualityCount.id.desc()).limit(1))).scalar_one_or_none()
    return found


async def _running(tx: Tx) -> Running | None:
    query = select(QualityCount.customer_id).where(QualityCount.finished_at.is_(None))
    done = (await tx.execute(query)).scalar_one_or_none()
    if done is None:
        return None
    last = (await tx.execute(select(func.coalesce(func.max(Customer.id), 0)))).scalar_one()
    return Running(done, max(done, last))
