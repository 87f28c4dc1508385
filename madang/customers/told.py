"""What is known that a customer did, newest first. Whether she is in a viewer's scope is asked one floor up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_

from madang.customers.records import CustomerEvent
from madang.lib import paging
from madang.lib.paging import Page
from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a customer's."""

    id: int
    source: str
    key: str
    kind: str
    at: datetime
    title: str
    url: str
    amount: int | None
    currency: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: of these kinds (all when none is named), from ``since`` on, before ``until``."""

    kinds: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None

    def rules(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        rules: list[ColumnElement[bool]] = []
        if self.kinds:
            rules.append(CustomerEvent.kind.in_(self.kinds))
        if self.since is not None:
            rules.append(CustomerEvent.at >= self.since)
        if self.until is not None:
            rules.append(CustomerEvent.at < self.until)
        return rules


COLUMNS = tuple(getattr(CustomerEvent, name) for name in Happened.__slots__)


async def of_customer(
    tx: Tx, customer_id: int, wanted: Wanted, *, limit: int = 50, cursor: str | None = None
) -> Page[Happened]:
    """A page of one customer's. The numbers are found in the index alone, then their rows are read."""
    found = select(CustomerEvent.id).where(CustomerEvent.customer_id == customer_id, *wanted.rules())
    if cursor:
        found = found.where(tuple_(CustomerEvent.at, CustomerEvent.id) < paging.decode(cursor, (datetime, int)))
    found = found.order_by(CustomerEvent.at.desc(), CustomerEvent.id.desc()).limit(limit + 1)
    rows = await tx.execute(
        select(*COLUMNS)
        .where(CustomerEvent.id.in_(found))
        .order_by(CustomerEvent.at.desc(), CustomerEvent.id.desc())
        .limit(limit + 1)
    )
    return paging.page([Happened(*row) for row in rows], limit, lambda row: (row.at, row.id))
