"""The ledger: of each channel, what came, what became of it, what waits, and what is missing. For people and watchmen.

Every number is kept while things happen (``channels/tally.py``); nothing here looks through messages or envelopes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from madang.channels.tally import What
from madang.lib.postgres import Tx
from madang.staff.permissions import CONSOLE, Viewer, permit

DEEP = 300  # envelopes of each lane looked at for the oldest that waits
HOLE = timedelta(minutes=5)  # a hole in a counting is a gap only after this: what was late has come by then


@dataclass(frozen=True, slots=True)
class Line:
    """One channel. Counts are since it was connected, and exact; times are UTC.

    ``received`` = ``taken_in`` + ``quarantined`` + ``dismissed`` + ``waiting``, always.
    """

    channel_id: int
    key: str
    name: str
    connector: str
    brand_id: int
    brand: str
    problem: str  # why it does not work now, in plain words
    paused_at: datetime | None
    retired_at: datetime | None
    received: int  # deliveries stored, each once
    repeated: int  # deliveries that were known already
    taken_in: int
    quarantined: int  # in quarantine now
    dismissed: int
    sent: int  # answers the provider took; delivered and read ones too
    failed: int  # answers that failed and still stand so
    unsure: int
    retried: int  # sends that were tried again later
    outbox: int  # answers waiting to go now
    missing: int  # deliveries the provider has counted and we never got
    waiting: int  # deliveries stored and not yet taken in
    oldest_waiting: datetime | None  # when the oldest of them reached us
    oldest_out: datetime | None  # when the oldest answer in the outbox was written
    last_in: datetime | None  # the last delivery, new or repeated
    last_out: datetime | None  # the last answer sent
    behind: int  # of a pulled channel: what lies at the provider and is not fetched yet
    behind_since: datetime | None
    looked_at: datetime | None  # when the provider was last asked what it has
    connected: bool  # of a pulled channel: some worker owns its session now


@dataclass(frozen=True, slots=True)
class Series:
    """A graph's numbers, oldest first: ``starts`` are the beginnings, ``counts`` has as many numbers for each what."""

    starts: Sequence[datetime]
    counts: Mapping[What, list[int]] = field(default_factory=dict)

    def of(self, what: What) -> list[int]:
        """How often it happened, bucket by bucket."""
        return self.counts.get(what) or [0] * len(self.starts)


LINES = text("""
with t as (
  select channel_id, what, n, gone, last_at from tally_total
  union all select channel_id, what, n, gone, case when n > 0 then at end from tally),
s as (
  select channel_id, what, sum(n)::bigint as n, (sum(n) - sum(gone))::bigint as now, max(last_at) as last_at
  from t group by 1, 2),
g as (
  select channel_id, sum((select coalesce(sum(upper(r) - lower(r)), 0) from unnest(missing) r))::bigint as missing
  from gap where closed_at is null and found_at < now() - cast(:hole as interval) group by 1)
select c.id as channel_id, c.key, c.name, c.connector, c.brand_id, b.name as brand, c.problem, c.paused_at,
  c.retired_at, k.at as looked_at, coalesce(k.behind, 0) as behind, k.behind_since, coalesce(g.missing, 0) as missing,
  exists (select from pg_locks l where l.locktype = 'advisory' and l.classid = 7303 and l.objsubid = 2
    and l.objid::bigint = c.id and l.granted
    and l.database = (select oid from pg_database where datname = current_database())) as connected,
  coalesce(max(s.n) filter (where what = 1), 0) as received, coalesce(max(s.n) filter (where what = 2), 0) as repeated,
  coalesce(max(s.now) filter (where what = 3), 0) as taken_in,
  coalesce(max(s.now) filter (where what = 4), 0) as quarantined,
  coalesce(max(s.now) filter (where what = 5), 0) as dismissed, coalesce(max(s.now) filter (where what = 6), 0) as sent,
  coalesce(max(s.now) filter (where what = 7), 0) as unsure, coalesce(max(s.now) filter (where what = 8), 0) as failed,
  coalesce(max(s.n) filter (where what = 9), 0) as retried,
  max(s.last_at) filter (where what in (1, 2)) as last_in, max(s.last_at) filter (where what = 6) as last_out
from channel c join brand b on b.id = c.brand_id left join s on s.channel_id = c.id
left join g on g.channel_id = c.id left join stocktaking k on k.channel_id = c.id
where (:everything or c.brand_id = any(cast(:brands as bigint[]))) and (:channel = 0 or c.id = :channel)
  and (:retired or c.retired_at is null)
group by c.id, b.name, k.at, k.behind, k.behind_since, g.missing order by c.id
""")
# A channel of which nothing lies among the first of any lane is at most as old as what does.
OLDEST = text("""
select e.channel_id, min(e.at) as at, max(e.at) as newest from generate_series(0, 31) as l(lane)
cross join lateral (
  select channel_id, at from envelope where envelope.lane = l.lane and state = 0 order by id limit :deep) e
group by 1
""")
OUTBOX = text("""
select o.channel_id, o.n, m.at from (
  select channel_id, count(*) as n, min(message_id) as first from outbox group by 1) o
left join message m on m.id = o.first
""")


async def ledger(tx: Tx, viewer: Viewer = CONSOLE, *, channel_id: int = 0, retired: bool = False) -> list[Line]:
    """Every channel of the viewer's brands, or the one asked for; retired ones only when asked for.

    Raises NotPermitted.
    """
    permit(viewer, "ledger.read")
    brands = viewer.scope.brands
    given = {
        "everything": brands is None,
        "brands": sorted(brands or ()),
        "channel": channel_id,
        "retired": retired or bool(channel_id),
        "hole": HOLE,
    }
    rows = (await tx.execute(LINES, given)).mappings().all()
    out = {row.channel_id: row for row in await tx.execute(OUTBOX)}
    waiting = {row["channel_id"]: _waiting(row) for row in rows}
    oldest = await _oldest(tx, [number for number, some in waiting.items() if some])
    return [_line(row, waiting, oldest, out) for row in rows]


def _waiting(row: Mapping[Any, Any]) -> int:
    return int(row["received"] - row["taken_in"] - row["quarantined"] - row["dismissed"])


async def _oldest(tx: Tx, channels: Sequence[int]) -> dict[int, datetime]:
    if not channels:
        return {}
    rows = (await tx.execute(OLDEST, {"deep": DEEP})).all()
    found = {row.channel_id: row.at for row in rows}
    last = max((row.newest for row in rows), default=None)
    return {number: at for number in channels if (at := found.get(number, last)) is not None}


def _line(
    row: Mapping[Any, Any], waiting: Mapping[int, int], oldest: Mapping[int, datetime], out: Mapping[int, Any]
) -> Line:
    number = row["channel_id"]
    sending = out.get(number)
    values: dict[str, Any] = dict(row)
    return Line(
        **values,
        waiting=waiting[number],
        oldest_waiting=oldest.get(number),
        outbox=sending.n if sending else 0,
        oldest_out=sending.at if sending else None,
    )


HOURS = text("""
select channel_id, what, extract(epoch from h)::bigint as start, sum(n)::bigint as n from (
  select channel_id, what, hour as h, n from tally_hour
  where channel_id = any(cast(:channels as bigint[])) and hour >= :since
  union all
  select channel_id, what, date_trunc('hour', at, 'UTC'), n from tally
  where channel_id = any(cast(:channels as bigint[])) and at >= :since) t
where n > 0 group by 1, 2, 3
""")


async def by_hour(tx: Tx, channels: Sequence[int], now: datetime, hours: int = 24) -> dict[int, Series]:
    """The last hours of each channel, the running one included."""
    this = now.replace(minute=0, second=0, microsecond=0)
    starts = [this - timedelta(hours=back) for back in range(hours - 1, -1, -1)]
    places = {int(start.timestamp()): place for place, start in enumerate(starts)}
    return await _series(tx, channels, starts, places)


async def by_day(tx: Tx, channels: Sequence[int], now: datetime, zone: str, days: int = 30) -> dict[int, Series]:
    """The last days of each channel as the calendar of ``zone`` has them, today included."""
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    dates = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    starts = [datetime(day.year, day.month, day.day, tzinfo=there) for day in dates]
    by_date = {day: place for place, day in enumerate(dates)}
    places: dict[int, int] = {}
    hour = starts[0].replace(minute=0).timestamp()
    for step in range(days * 25 + 24):
        start = int(hour) + step * 3600
        if (place := by_date.get(datetime.fromtimestamp(start, there).date())) is not None:
            places[start - start % 3600] = place
    return await _series(tx, channels, starts, places)


async def _series(
    tx: Tx, channels: Sequence[int], starts: Sequence[datetime], places: Mapping[int, int]
) -> dict[int, Series]:
    made = {number: Series(starts, {}) for number in channels}
    counts: dict[tuple[int, What], list[int]] = {}
    for row in await tx.execute(HOURS, {"channels": list(channels), "since": starts[0]}):
        place = places.get(row.start)
        if place is not None:
            line = counts.setdefault((row.channel_id, What(row.what)), [0] * len(starts))
            line[place] += row.n
    for (number, what), line in counts.items():
        made[number] = Series(starts, {**made[number].counts, what: line})
    return made
