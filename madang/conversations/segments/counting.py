"""How many customers fulfil a condition, and some of them, while it is being written: in a second, or about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tablesample, text
from sqlalchemy.exc import DBAPIError

from madang.conversations.profiles import seen
from madang.conversations.segments.fields import PROFILE, VOCABULARY, vocabulary
from madang.customers.models import Customer
from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.reading import read
from madang.lib.conditions.sql import Sql
from madang.lib.conditions.tree import Node
from madang.lib.conditions.values import zone
from madang.lib.pace import AtOnce
from madang.lib.postgres import Tx
from madang.staff.attempts import TooMany
from madang.staff.permissions import Viewer, permit

SAMPLE = 10
LOOKED_AT = 20_000  # customers from whom the number of all is told when counting takes too long
AT_ONCE = AtOnce(2)  # of one viewer: each may keep a core busy for a second

NOW = text("select now()")
# What is gathered of other rows is read through once, in order, and kept: not looked up a million times, and not by
# each of several parallel processes anew.
GATHERING = (
    text("set local work_mem = '64MB'"),
    text("set local random_page_cost = 4"),
    text("set local max_parallel_workers_per_gather = 0"),
)
AGAIN = text("set local random_page_cost to default")  # what follows goes by the indexes of a few
PATIENCE = text("select set_config('statement_timeout', :ms, true)")
ALL = text("select reltuples from pg_class where oid = 'customer'::regclass")


@dataclass(frozen=True, slots=True)
class Count:
    """``n`` customers; ``exact`` or told from a sample; ``n`` is None when even that took too long."""

    n: int | None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Somebody:
    """A customer in a list."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """What a condition finds. ``people`` are some of them, the newest; None when finding them took too long."""

    count: Count
    people: list[Somebody] | None


async def preview(tx: Tx, viewer: Viewer, condition: Any, timezone: str = "") -> Preview:
    """What a condition finds among those the viewer sees. Raises Wrong by place, TooMany."""
    permit(viewer, "segment.manage")
    where = zone(timezone or viewer.timezone, "timezone")
    node = read(condition, await vocabulary(tx, viewer))
    with AT_ONCE.one(str(viewer.actor)) as room:
        if not room:
            raise TooMany(1)
        calendar = Calendar((await tx.execute(NOW)).scalar_one(), where)
        return Preview(await count(tx, viewer, node, calendar), await _sample(tx, viewer, node, calendar))


async def count(tx: Tx, viewer: Viewer, node: Node, calendar: Calendar) -> Count:
    """How many; exact when that takes less than a second or so."""
    if VOCABULARY.reads(node) - {PROFILE}:
        for setting in GATHERING:
            await tx.execute(setting)
    found = await patiently(tx, select(func.count()).where(_rule(viewer, node, calendar, wide=True)), 1_300)
    await tx.execute(AGAIN)
    if found is not None:
        return Count(found[0][0])
    total: float = (await tx.execute(ALL)).scalar_one()
    some = tablesample(Customer.__table__, func.system(min(100.0, 100 * LOOKED_AT / max(total, LOOKED_AT))))
    among = Customer.id.in_(select(some.c.id))
    told = await patiently(tx, select(func.count()).where(among, _rule(viewer, node, calendar)), 1_500)
    return Count(None if told is None else _rounded(told[0][0] * max(1.0, total / LOOKED_AT)), exact=False)


async def patiently(tx: Tx, query: Select[*tuple[Any, ...]], ms: int) -> Sequence[Any] | None:
    """The rows, None when they took longer than so many milliseconds."""
    try:
        async with tx.begin_nested():
            await tx.execute(PATIENCE, {"ms": str(ms)})
            found = (await tx.execute(query)).all()
            await tx.execute(PATIENCE, {"ms": "0"})
            return found
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "57014":
            return None
        raise


def _rule(viewer: Viewer, node: Node, calendar: Calendar, *, wide: bool = False) -> ColumnElement[bool]:
    fulfil = Sql(VOCABULARY, calendar, wide).where(node)
    return and_(Customer.merged_into.is_(None), fulfil, seen(viewer, Customer.id))


async def _sample(tx: Tx, viewer: Viewer, node: Node, calendar: Calendar) -> list[Somebody] | None:
    newest = select(Customer.id, Customer.name, Customer.created_at).where(_rule(viewer, node, calendar))
    found = await patiently(tx, newest.order_by(Customer.id.desc()).limit(SAMPLE), 700)
    return None if found is None else [Somebody(*row) for row in found]


def _rounded(number: float) -> int:
    """Two digits: more would say that it was counted."""
    whole = round(number)
    return round(whole, 2 - len(str(whole)))
