"""Customers with something amiss, and hands to count them and to look who is behind a number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from madang.conversations.quality import actions, queries, rows
from madang.conversations.quality.actions import counting
from madang.conversations.quality.queries import Report
from madang.events.record import SYSTEM
from madang.staff.permissions import CONSOLE, Scope, Viewer
from madang.tests.cast import Yard


async def run(yard: Yard, statement: str, **given: Any) -> Any:
    async with yard.ground.database.begin() as tx:
        made = await tx.execute(text(statement), given)
        return made.all() if made.returns_rows else None


async def counted(yard: Yard, viewer: Viewer = CONSOLE, brand: int | None = None, months: int = 12) -> Report:
    """Counted now, to the end."""
    hands = counting.Hands(yard.ground.database, months)
    async with yard.ground.database.begin() as tx:
        await actions.count_now(tx, CONSOLE)
    while await hands.work():
        pass
    async with yard.ground.database.begin() as tx:
        return await queries.report(tx, viewer, brand)


async def listed(yard: Yard, what: str, viewer: Viewer = CONSOLE, brand: int | None = None) -> list[str]:
    """The names behind a number, page after page of one, each once."""
    names: list[str] = []
    cursor: str | None = None
    while True:
        async with yard.ground.database.begin() as tx:
            asked = await rows.allowed(tx, viewer, what, brand)
            page = await rows.customers(tx, viewer, asked, limit=1, cursor=cursor)
        names += [one.name for one in page.items]
        if page.next is None:
            return sorted(names)
        cursor = page.next


async def customer(yard: Yard, name: str, *, brand: int | None = None, **more: Any) -> int:
    """Somebody without an address, with a conversation in a brand when one is given."""
    values = {"company": "", "attributes": "{}", "fields": "{}", "created_at": datetime.now(UTC)} | more
    made = await run(
        yard,
        "insert into customer (name, company, attributes, fields, created_at) values (:name, :company, "
        "cast(:attributes as jsonb), cast(:fields as jsonb), :created_at) returning id",
        name=name,
        **values,
    )
    number: int = made[0].id
    if brand:
        await run(yard, "insert into conversation (customer_id, brand_id) values (:c, :b)", c=number, b=brand)
    return number


async def proven(yard: Yard, who: int, kind: str, value: str, account: str = "") -> int:
    statement = "insert into identity (customer_id, kind, value, account) values (:c, :k, :v, :a) returning id"
    made: int = (await run(yard, statement, c=who, k=kind, v=value, a=account))[0].id
    return made


async def said(yard: Yard, who: int, value: str) -> None:
    await run(yard, "insert into claim (customer_id, kind, value) values (:c, 'email', :v)", c=who, v=value)


async def heard(yard: Yard, who: int, at: datetime) -> None:
    await run(
        yard,
        "insert into customer_tally (customer_id, what, n, first_at, last_at) values (:c, 'seen', 1, :at, :at)",
        c=who,
        at=at,
    )


def lead(brands: frozenset[int] | None = None, sees: Any = "all", role: Any = "lead") -> Viewer:
    return Viewer(SYSTEM, "Ada", role, Scope(1, brands, sees=sees), 1)
