"""The fields of the company's own, as they are defined, and which of them somebody may see."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Text, cast, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from madang.customers.models import Customer
from madang.customers.records import CustomerField
from madang.customers.typed import About, Defined
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

LEADS = "leads"
NOTHING: frozenset[str] = frozenset()
COLUMNS = CustomerField.__table__.columns


def sees_all(viewer: Viewer) -> bool:
    """Whether fields for leads and administrators are hers to see."""
    return viewer.role in ("lead", "administrator")


async def fields(
    tx: Tx, viewer: Viewer | None = None, *, retired: bool = False, about: About = "customer"
) -> list[Defined]:
    """Those in use, or all, in the order in which they are shown; of these the viewer's, when one is given.

    ``about``: whose values they are.
    """
    query = _fields(about, retired, viewer is None or sees_all(viewer))
    return [_defined(row) for row in await tx.execute(query)]


@cache  # to build it takes longer than to run it
def _fields(about: About, retired: bool, every: bool) -> Select[*tuple[Any, ...]]:
    query = select(*COLUMNS).where(CustomerField.about == about).order_by(CustomerField.place, CustomerField.id)
    query = query if retired else query.where(CustomerField.retired_at.is_(None))
    return query if every else query.where(CustomerField.seen_by != LEADS)


async def hidden(tx: Tx, viewer: Viewer, *, about: About = "customer") -> frozenset[str]:
    """The names of the fields, retired ones too, that this viewer may not know of. For leads and above: none."""
    if sees_all(viewer):
        return NOTHING
    return frozenset((await tx.execute(_hidden(about))).scalars())


@cache
def _hidden(about: About) -> Select[str]:
    return select(CustomerField.name).where(CustomerField.seen_by == LEADS, CustomerField.about == about)


def without(names: Collection[str]) -> ColumnElement[dict[str, Any]]:
    """``customer.fields`` as somebody may see it from whom these are hidden: put it *in* the query."""
    if not names:
        return type_coerce(Customer.fields, JSONB)
    return type_coerce(Customer.fields.op("-")(cast(sorted(names), ARRAY(Text))), JSONB)


async def field(tx: Tx, number: int) -> Defined:
    """One; raises NotFound."""
    query = select(*COLUMNS).where(CustomerField.id == number)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such field.")
    return _defined(row)


def _defined(row: Row[Any]) -> Defined:
    shown = (row.id, row.name, row.label, row.kind, tuple(row.choices), row.place)
    return Defined(*shown, row.retired_at is not None, row.seen_by, row.about)
