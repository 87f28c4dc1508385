"""Reading the log so that nothing is missed: by position (tx, id), behind the horizon of open transactions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text

from madang.lib.partitions import floor_of
from madang.lib.postgres import Database, Tx
from madang.lib.single import Single


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as readers see it."""

    id: int
    tx: int
    kind: str
    actor: str
    at: datetime
    conversation_id: int | None
    message_id: int | None
    customer_id: int | None
    data: dict[str, Any]


# Transactions may give their events lower numbers than older ones have, but not those of another month: the floor lets
# the database leave out all months that are long read.
# ``id > last`` alone misses events of transactions that commit later with a lower id (measured: 3,220 of 31,700).
# All events of a batch move the position, only those of the asked kinds are sent. The last row is the batch's own:
# where it ends, and how many events it holds.
BEHIND = text("""
with batch as materialized (
  select id, tx, kind, actor, at, conversation_id, message_id, customer_id, data from event
  where (tx, id) > (cast(:tx as xid8), :id) and tx < pg_snapshot_xmin(pg_current_snapshot()) and id >= :floor
  order by tx, id limit :most)
(select * from batch where kind = any(cast(:kinds as text[])) order by tx, id)
union all
(select id, tx, '', '', at, (select count(*) from batch), null, null, '{}' from batch order by tx desc, id desc limit 1)
""")
BY_ID = text("""
select id, tx, kind, actor, at, conversation_id, message_id, customer_id, data from event
where id = any(cast(:ids as bigint[])) order by tx, id
""")
SINCE = text("""
select id, tx, kind, actor, at, conversation_id, message_id, customer_id, data from event
where tx >= cast(:tx as xid8) order by tx, id limit :most
""")
HORIZON = text("select pg_snapshot_xmin(pg_current_snapshot())")
_BY_ID, _SINCE, _HORIZON = Single(BY_ID), Single(SINCE), Single(HORIZON)


@dataclass(frozen=True, slots=True)
class Batch:
    """A stretch of the log: the ``events`` asked for in it, how many there are in all, the last one's (tx, id)."""

    events: list[Happened]
    count: int
    last: tuple[int, int]


async def behind(tx: Tx, position: tuple[int, int], kinds: Iterable[str], most: int) -> Batch:
    """The next events of ``kinds`` after ``position`` that no open transaction can still slip in front of.

    They are those among the next ``most`` of all kinds.
    """
    given = {"tx": position[0], "id": position[1], "most": most, "floor": floor_of(position[1])}
    *found, end = [*await tx.execute(BEHIND, given | {"kinds": sorted(kinds)})] or [None]
    if end is None:
        return Batch([], 0, position)
    return Batch([Happened(*row) for row in found], end.conversation_id, (end.tx, end.id))


async def by_id(tx: Tx, ids: list[int]) -> list[Happened]:
    """Events by number: for live news, where order is made by the reader."""
    return [Happened(*row) for row in await tx.execute(BY_ID, {"ids": ids})]


async def by_id_now(database: Database, ids: list[int]) -> list[Happened]:
    """As :func:`by_id`, in one round trip: for every batch of live news."""
    return _happened(await database.single(_BY_ID, ids=ids))


async def since(tx: Tx, horizon: int, most: int) -> list[Happened]:
    """Every visible event of transactions from ``horizon`` on: what a page that saw all before it has missed."""
    return [Happened(*row) for row in await tx.execute(SINCE, {"tx": horizon, "most": most})]


async def horizon(tx: Tx) -> int:
    """All transactions below this number are done: read it *before* a page's queries, and nothing is missed."""
    number: int = (await tx.execute(HORIZON)).scalar_one()
    return number


async def horizon_now(database: Database) -> int:
    """As :func:`horizon`, in one round trip."""
    number: int = (await database.single(_HORIZON))[0][0]
    return number


async def since_now(database: Database, horizon: int, most: int) -> list[Happened]:
    """As :func:`since`, in one round trip: for each browser that comes again, and they all come at once."""
    return _happened(await database.single(_SINCE, tx=horizon, most=most))


def _happened(rows: list[Any]) -> list[Happened]:
    return [Happened(*(*row[:-1], msgspec.json.decode(row[-1]))) for row in rows]
