"""What a provider has counted and we never got: found, shown, fetched again, closed. Run by the workers, one at a time.

Numbers are appended as deliveries are stored and folded here. Where a counting has no holes by nature, a hole is a gap;
where it has, the provider is asked what it really has (``Counts``).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from madang.channels import queries
from madang.channels.connector import SendError, SetupError
from madang.channels.inventory import Counts, Stock
from madang.channels.queries import ChannelRow
from madang.channels.registry import UnknownConnector, get
from madang.channels.store import pack, store
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record_all
from madang.ground import Ground
from madang.lib.postgres import Tx

log = logging.getLogger("madang.gaps")

EVERY = timedelta(minutes=10)  # between two looks at what a provider has
LASTS = timedelta(minutes=5)  # what is missing for longer is a gap; what was only late has come by then
OVERLAP = 5_000  # numbers below the last look that are looked at again: some servers show a mail late
GROUP = 50  # deliveries fetched again in one transaction

WAKE = text("select pg_notify('envelopes', '')")

ALONE = text("select pg_try_advisory_xact_lock(7311)")
MY_TURN = text("select true from pg_advisory_xact_lock(7311)")
FOLD = text("""
with taken as (
  delete from numbered where id = any(array(select id from numbered order by id limit 50000))
  returning channel_id, stream, number),
runs as (
  select channel_id, stream, min(number) as low, max(number) as top, range_agg(int8range(number, number + 1)) as seen
  from taken group by 1, 2)
insert into stream as s (channel_id, stream, low, top, seen)
select channel_id, stream, low, top, seen from runs
on conflict (channel_id, stream) do update set low = least(s.low, excluded.low), top = greatest(s.top, excluded.top),
  seen = s.seen + excluded.seen
returning channel_id, stream
""")
SHRINK = text("""
update gap g set missing = g.missing - s.seen,
  closed_at = case when isempty(g.missing - s.seen) then now() end,
  how = case when isempty(g.missing - s.seen) then 'filled' else '' end
from stream s join unnest(cast(:channels as bigint[]), cast(:streams as text[])) as n(channel_id, stream)
  using (channel_id, stream)
where g.channel_id = s.channel_id and g.stream = s.stream and g.closed_at is null and g.missing && s.seen
""")
HOLES = text("""
insert into gap (channel_id, stream, low, high, missing)
select s.channel_id, s.stream, lower(r), upper(r) - 1, int8multirange(r)
from stream s join unnest(cast(:channels as bigint[]), cast(:streams as text[])) as n(channel_id, stream)
  using (channel_id, stream)
cross join lateral unnest(int8multirange(int8range(s.low, s.top + 1)) - s.seen - coalesce((
  select range_agg(m) from gap g cross join lateral unnest(g.missing) m
  where g.channel_id = s.channel_id and g.stream = s.stream and g.closed_at is null), '{}')) r
""")
TELL = text("""
update gap set told = true where closed_at is null and not told and found_at < now() - cast(:lasts as interval)
returning id, channel_id, low, high
""")
TURN = text("""
insert into stocktaking (channel_id, at) values (:channel, now())
on conflict (channel_id) do update set at = now() where stocktaking.at < now() - cast(:every as interval)
returning channel_id
""")
SINCE = text("select stream, greatest(low, top - :overlap) as low from stream where channel_id = :channel")
BEGIN = text("""
insert into stream (channel_id, stream, low, top, seen)
values (:channel, :stream, cast(:upto as bigint) + 1, :upto, '{}') on conflict do nothing
""")
# What was there to be had and was not seen is missing; what is not there any more is gone; all else is settled.
COMPARE = text("""
with there as (
  select coalesce(range_agg(int8range(n, n + 1)), '{}') as numbers
  from unnest(cast(:numbers as bigint[])) n),
now_there as (
  select s.*, t.numbers * int8multirange(int8range(s.low, cast(:upto as bigint) + 1)) as present,
    int8multirange(int8range(least(:since, cast(:upto as bigint) + 1), cast(:upto as bigint) + 1)) as looked
  from stream s, there t where s.channel_id = :channel and s.stream = :stream for update of s),
gone as (
  update gap g set missing = g.missing - (t.looked - t.present),
    closed_at = case when isempty(g.missing - (t.looked - t.present)) then now() end,
    how = case when isempty(g.missing - (t.looked - t.present)) then 'gone' else '' end
  from now_there t where g.channel_id = t.channel_id and g.stream = t.stream and g.closed_at is null
    and g.missing && (t.looked - t.present)),
found as (
  insert into gap (channel_id, stream, low, high, missing)
  select t.channel_id, t.stream, lower(r), upper(r) - 1, int8multirange(r)
  from now_there t cross join lateral unnest(t.present - t.seen - coalesce((
    select range_agg(m) from gap g cross join lateral unnest(g.missing) m
    where g.channel_id = t.channel_id and g.stream = t.stream and g.closed_at is null), '{}')) r)
update stream s set top = greatest(s.top, :upto), seen = s.seen + (t.looked - (t.present - t.seen))
from now_there t where s.channel_id = t.channel_id and s.stream = t.stream
""")
LOOKED = text("""
update stocktaking set behind = cast(:behind as bigint), problem = '',
  behind_since = case when cast(:behind as bigint) > 0
    then coalesce(cast(:behind_since as timestamptz), behind_since, now()) end
where channel_id = :channel
""")
NOT_LOOKED = text("update stocktaking set problem = :problem where channel_id = :channel")
ASKED = text("""
update gap set asked_at = null, problem = '' where id in (
  select id from gap where asked_at is not null and closed_at is null order by id limit 1 for update skip locked)
returning id, channel_id, stream, (select array_agg(n) from unnest(missing) r,
  generate_series(lower(r), least(upper(r) - 1, lower(r) + 9999)) n) as numbers
""")
FETCHED = text("""
update gap set problem = :problem, missing = missing - rest.numbers,
  closed_at = case when isempty(missing - rest.numbers) then now() end,
  how = case when isempty(missing - rest.numbers) then 'gone' else how end
from (select coalesce(range_agg(int8range(n, n + 1)), '{}') as numbers from unnest(cast(:gone as bigint[])) n) rest
where id = :id and closed_at is null
""")


async def fold(ground: Ground, *, surely: bool = False) -> int:
    """Take up the numbers that have come; returns how many countings they belong to.

    While another worker is at it there is nothing to do, unless it must ``surely`` be done when this returns.
    """
    async with ground.database.begin() as tx:
        if not (await tx.execute(MY_TURN if surely else ALONE)).scalar_one():
            return 0
        touched = (await tx.execute(FOLD)).all()
        if touched:
            sparse = {row.id for row in await queries.channels(tx, retired=True) if _counts(row)}
            await tx.execute(SHRINK, _streams(touched))
            await tx.execute(HOLES, _streams([row for row in touched if row.channel_id not in sparse]))
        rows = (await tx.execute(TELL, {"lasts": LASTS})).all()
        found = [
            News(Kind.GAP_FOUND, data={"gap": r.id, "channel": r.channel_id, "first": r.low, "last": r.high})
            for r in rows
        ]
        await record_all(tx, SYSTEM, found)
        return len(touched)


async def look(ground: Ground) -> int:
    """Ask the providers whose turn it is what they have; returns how many were asked."""
    asked = 0
    async with ground.database.begin() as tx:
        some = [row for row in await queries.channels(tx) if row.paused_at is None and _counts(row)]
    for row in some:
        async with ground.database.begin() as tx:
            turn = (await tx.execute(TURN, {"channel": row.id, "every": EVERY})).first()
        if turn is not None:
            asked += 1
            await take_stock(ground, row)
    return asked


async def take_stock(ground: Ground, row: ChannelRow) -> None:
    """Compare what one provider has with what came from it; what is wrong with asking is noted."""
    problem, stock = "", None
    async with ground.database.begin() as tx:
        row = await queries.channel(tx, row.id)  # the cursor as it stands: all that was stored before it is folded next
    while await fold(ground, surely=True):
        pass
    async with ground.database.begin() as tx:
        since = {one.stream: one.low for one in await tx.execute(SINCE, {"channel": row.id, "overlap": OVERLAP})}
        connector = await queries.connector(ground, tx, row.id)
    try:
        if isinstance(connector, Counts):
            stock = await connector.stock(row.cursor, since)
    except Exception as error:
        log.warning("channel %s: what the provider has could not be learned: %s", row.id, error)
        problem = _words(error)
    finally:
        await connector.close()
    async with ground.database.begin() as tx:
        if problem:
            await tx.execute(NOT_LOOKED, {"channel": row.id, "problem": problem})
            return
        if stock is not None:
            await _compare(tx, row.id, stock, since)
        behind = (stock.behind, stock.behind_since) if stock else (0, None)
        await tx.execute(LOOKED, {"channel": row.id, "behind": behind[0], "behind_since": behind[1]})


async def _compare(tx: Tx, channel_id: int, stock: Stock, since: dict[str, int]) -> None:
    given = {"channel": channel_id, "stream": stock.stream, "upto": stock.upto}
    await tx.execute(BEGIN, given)
    low = since.get(stock.stream, stock.upto + 1)
    await tx.execute(COMPARE, {**given, "numbers": list(stock.numbers), "since": low})


async def fetch_again(ground: Ground) -> int:
    """Fetch what a person wants fetched again; returns how many gaps that were."""
    async with ground.database.begin() as tx:
        gap = (await tx.execute(ASKED)).one_or_none()
        if gap is None:
            return 0
        connector = await queries.connector(ground, tx, gap.channel_id)
    problem, came = "", set[int]()
    try:
        if isinstance(connector, Counts):
            came = await _fetch(ground, connector, gap)
    except Exception as error:
        log.warning("gap %s of channel %s could not be fetched: %s", gap.id, gap.channel_id, error)
        problem = _words(error)
    finally:
        await connector.close()
    gone = [] if problem else sorted(set(gap.numbers) - came)
    await fold(ground, surely=True)
    async with ground.database.begin() as tx:
        await tx.execute(FETCHED, {"id": gap.id, "problem": problem, "gone": gone})
    return 1


async def _fetch(ground: Ground, connector: Counts, gap: Any) -> set[int]:
    came: set[int] = set()
    group = []
    async for delivery in connector.again(gap.stream, gap.numbers):
        group.append(await pack(ground.files, gap.channel_id, delivery))
        came |= {delivery.place[1]} if delivery.place else set()
        if len(group) == GROUP:
            await _store(ground, group)
            group = []
    await _store(ground, group)
    return came


async def _store(ground: Ground, group: Sequence[Any]) -> None:
    if group:
        async with ground.database.begin() as tx:
            await store(tx, group)
            await tx.execute(WAKE)


def _counts(row: ChannelRow) -> bool:
    try:
        return issubclass(get(row.connector), Counts)
    except UnknownConnector:
        return False


def _streams(rows: Sequence[Any]) -> dict[str, Any]:
    return {"channels": [row.channel_id for row in rows], "streams": [row.stream for row in rows]}


def _words(error: Exception) -> str:
    if isinstance(error, SetupError):
        return error.message
    return error.detail if isinstance(error, SendError) else f"{type(error).__name__}: {error}"[:500]
