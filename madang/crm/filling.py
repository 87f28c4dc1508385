"""Everybody, page by page: the dry run, the first sync, and the daily look for contacts that are gone.

The position is kept after each page; one that broke off is done again, which changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from madang.channels.crm import Crm
from madang.crm.account import Account
from madang.crm.actions import progress
from madang.crm.models import State
from madang.crm.syncing import Round
from madang.lib.postgres import Database

SWEEP = timedelta(days=1)
ALONE = text("""
select c.id from customer c
where c.id > :after and c.merged_into is null and c.blocked_at is null
  and not exists (select from crm_link l where l.account_id = :account and l.customer_id = c.id)
  and (exists (select from identity i where i.customer_id = c.id and i.kind = 'email')
    or exists (select from customer_outside_key k where k.customer_id = c.id and k.value like 'email:%'))
order by c.id limit :limit
""")
MANY = text("select count(*) from customer where merged_into is null")
LINKED = text("""
select id, external_id from crm_link where account_id = :account and gone_at is null and id > :after
order by id limit :limit
""")
DONE_THERE = ("made_there", "unreachable", "problems")

Go = Callable[[Round], Awaitable[Counter[str]]]


async def page(database: Database, crm: Crm, account: Account, go: Go) -> None:
    """One page of the dry run or the first sync; the last one ends it. Raises CrmError."""
    row = account.row
    position = dict(row.position) or {"phase": "in", "cursor": "", "done": 0, "total": await crm.count()}
    if not row.cursor and row.state == State.FILLING:  # what changes from now on is found again afterwards
        begun = (await crm.changed("", account.names)).cursor
        async with database.begin() as tx:
            await progress.looked(tx, row.id, "", begun)
    if position["phase"] == "in":
        counted, after = await _contacts(crm, account, position, go)
    else:
        counted, after = await _customers(database, account, position, go, crm.limits.batch)
    if position["phase"] == "in" and after is None and account.option("make_there"):
        after = await _second(database)
    state = State(row.state)
    if after is None:
        state = State.CHECKED if state == State.CHECKING else State.LIVE
    async with database.begin() as tx:
        now = await progress.held(tx, row.id)
        if now.state == row.state and now.position == row.position:
            await progress.move(tx, now, counted, after or _rested(), state)


async def _second(database: Database) -> dict[str, Any]:
    async with database.begin() as tx:
        return {"phase": "out", "cursor": 0, "done": 0, "total": (await tx.execute(MANY)).scalar_one()}


def _rested() -> dict[str, Any]:
    return {"swept": datetime.now(UTC).isoformat(), "cursor": 0}


async def _contacts(
    crm: Crm, account: Account, position: dict[str, Any], go: Go
) -> tuple[Counter[str], dict[str, Any] | None]:
    found = await crm.everyone(position["cursor"], account.names)
    counted = await go(Round(contacts=list(found.contacts)))
    done = position["done"] + len(found.contacts)
    after = {**position, "cursor": found.cursor, "done": done, "total": max(done, position["total"])}
    return counted, after if found.more else None


async def _customers(
    database: Database, account: Account, position: dict[str, Any], go: Go, size: int
) -> tuple[Counter[str], dict[str, Any] | None]:
    given = {"after": position["cursor"], "account": account.id, "limit": size}
    async with database.begin() as tx:
        ids = list((await tx.execute(ALONE, given)).scalars())
    counted = await go(Round(customers=ids))
    if account.row.state == State.CHECKING:  # contacts that are there have been counted in the first half
        counted = Counter({name: counted[name] for name in DONE_THERE if counted[name]})
    if len(ids) < size:
        return counted, None
    return counted, {**position, "cursor": ids[-1], "done": position["done"] + len(ids)}


def sweeps(row: Row[Any]) -> bool:
    """Whether it is time to look for contacts that are gone: a CRM does not tell of them by polling."""
    swept = row.position.get("swept")
    return bool(row.position.get("cursor")) or not swept or datetime.fromisoformat(swept) + SWEEP < datetime.now(UTC)


async def sweep(database: Database, crm: Crm, account: Account, go: Go) -> None:
    """One page of the daily look. Raises CrmError."""
    after, size = account.row.position.get("cursor", 0), crm.limits.batch
    async with database.begin() as tx:
        rows = (await tx.execute(LINKED, {"account": account.id, "after": after, "limit": size})).all()
    counted = await go(Round(ids=[row.external_id for row in rows]))
    counted.pop("same", None)
    position = {**account.row.position, "cursor": rows[-1].id} if len(rows) == size else _rested()
    async with database.begin() as tx:
        now = await progress.held(tx, account.id)
        if now.state == State.LIVE:
            await progress.move(tx, now, counted, position, State.LIVE)
