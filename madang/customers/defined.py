"""The fields of the company's own, as they are defined."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from madang.customers.records import CustomerField
from madang.customers.typed import Defined
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx


async def fields(tx: Tx, *, retired: bool = False) -> list[Defined]:
    """Those in use, or all, in the order in which they are shown."""
    query = select(*CustomerField.__table__.columns).order_by(CustomerField.place, CustomerField.id)
    if not retired:
        query = query.where(CustomerField.retired_at.is_(None))
    return [_defined(row) for row in await tx.execute(query)]


async def field(tx: Tx, number: int) -> Defined:
    """One; raises NotFound."""
    query = select(*CustomerField.__table__.columns).where(CustomerField.id == number)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such field.")
    return _defined(row)


def _defined(row: Row[Any]) -> Defined:
    return Defined(row.id, row.name, row.label, row.kind, tuple(row.choices), row.place, row.retired_at is not None)
