"""What waits to be looked at: each contact and each customer once an account, however often it is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import text

from madang.channels.crm import Heard
from madang.lib.postgres import Tx

# What is said again begins anew, also when it was stuck: something has changed.
PUT = text("""
insert into crm_task as t (account_id, way, key, what)
select account, way, key, what
from unnest(cast(:accounts as bigint[]), cast(:ways as text[]), cast(:keys as text[]), cast(:whats as text[]))
  as n(account, way, key, what) order by account, way, key
on conflict (account_id, way, key) do update
set turn = t.turn + 1, due = now(), stuck = false, problem = '',
  what = case when t.what = 'erased' then t.what else excluded.what end
""")
FOLLOW = text("""
insert into crm_task as t (account_id, way, key)
select a.id, 'out', n.customer::text
from unnest(cast(:customers as bigint[]), cast(:actors as text[])) as n(customer, actor)
join crm_account a on a.retired_at is null and a.state in (3, 4) and 'crm:' || a.id <> n.actor
group by 1, 3 order by 1, 3
on conflict (account_id, way, key) do update
set turn = t.turn + 1, due = now(), stuck = false, problem = ''
""")
TAKE = text("""
select way, key, what, turn from crm_task
where account_id = :account and not stuck and due <= now() order by due, key limit :limit
""")
# Held in one order first, as those who say something again do.
DONE = text("""
with gone as materialized (
  select t.account_id, t.way, t.key from crm_task t
  join unnest(cast(:ways as text[]), cast(:keys as text[]), cast(:turns as bigint[])) as n(way, key, turn)
    on t.way = n.way and t.key = n.key and t.turn = n.turn
  where t.account_id = :account order by t.way, t.key for update of t)
delete from crm_task t using gone g where (t.account_id, t.way, t.key) = (g.account_id, g.way, g.key)
""")
STUCK = text("""
insert into crm_task as t (account_id, way, key, what, stuck, problem, detail, customer_id)
select :account, way, key, 'changed', true, problem, detail::jsonb, nullif(customer, 0)
from unnest(cast(:ways as text[]), cast(:keys as text[]), cast(:problems as text[]), cast(:details as text[]),
            cast(:customers as bigint[])) as n(way, key, problem, detail, customer) order by way, key
on conflict (account_id, way, key) do update set stuck = true, problem = excluded.problem,
  detail = excluded.detail, customer_id = excluded.customer_id, at = now()
where t.turn = coalesce(cast(cast(:turns as jsonb) ->> (t.way || ' ' || t.key) as bigint), t.turn)
""")


@dataclass(frozen=True, slots=True)
class Task:
    """One that is due."""

    way: str
    key: str
    what: str
    turn: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """What cannot be synced, and why: ``problem`` is a msgid or the CRM's words, ``fields`` (name, why) each."""

    way: str
    key: str
    problem: str
    customer: int = 0
    fields: Sequence[tuple[str, str]] = ()


async def heard(tx: Tx, account: int, some: Iterable[Heard]) -> None:
    """Contacts to be looked at."""
    listed = list(some)
    await _put(tx, account, "in", [one.id for one in listed], [one.what for one in listed])


async def look_at(tx: Tx, account: int, customers: Iterable[int]) -> None:
    """Customers to be looked at."""
    keys = [str(one) for one in sorted(set(customers))]
    await _put(tx, account, "out", keys, ["changed"] * len(keys))


async def _put(tx: Tx, account: int, way: str, keys: Sequence[str], whats: Sequence[str]) -> None:
    if keys:
        many = len(keys)
        given = {"accounts": [account] * many, "ways": [way] * many, "keys": list(keys), "whats": list(whats)}
        await tx.execute(PUT, given)
        await wake(tx)


async def follow(tx: Tx, changed: Iterable[tuple[int, str]]) -> None:
    """Customers something happened to, and by whom: for every account but the one that did it itself."""
    pairs = sorted(set(changed))
    if pairs:
        given = {"customers": [one[0] for one in pairs], "actors": [one[1] for one in pairs]}
        if (await tx.execute(FOLLOW, given)).rowcount:
            await wake(tx)


async def wake(tx: Tx) -> None:
    """Tell the workers that there is something to do."""
    await tx.execute(text("select pg_notify('crms', '')"))


async def due(tx: Tx, account: int, limit: int) -> list[Task]:
    """What may be looked at now, the oldest first."""
    return [Task(*row) for row in await tx.execute(TAKE, {"account": account, "limit": limit})]


async def done(tx: Tx, account: int, tasks: Sequence[Task]) -> None:
    """Forget what was looked at, unless it was said again meanwhile."""
    if tasks:
        given = {"ways": [one.way for one in tasks], "keys": [one.key for one in tasks]}
        await tx.execute(DONE, {"account": account, **given, "turns": [one.turn for one in tasks]})


async def stuck(tx: Tx, account: int, some: Sequence[Stuck], tasks: Sequence[Task] = ()) -> None:
    """Keep what cannot be synced for a person to see. What was said again meanwhile is looked at again first."""
    if not some:
        return
    details = [{"fields": [list(pair) for pair in one.fields]} for one in some]
    given: dict[str, Any] = {
        "ways": [one.way for one in some],
        "keys": [one.key for one in some],
        "problems": [one.problem[:500] for one in some],
        "details": [msgspec.json.encode(one).decode() for one in details],
        "customers": [one.customer for one in some],
        "turns": msgspec.json.encode({f"{one.way} {one.key}": one.turn for one in tasks}).decode(),
    }
    await tx.execute(STUCK, {"account": account, **given})
