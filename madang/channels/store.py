"""Envelopes into the database, each once: the one way in for every door, hook, poll and session."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import text

from madang.channels.connector import Delivery
from madang.lib import trace
from madang.lib.files import Files
from madang.lib.postgres import Database, Tx
from madang.lib.single import Single

LANES = 32
IN_TABLE = 64 * 1024  # bytes; a larger body goes to the file store

# The narrow table decides who is first; only then is there an envelope. The caller passes no key twice.
STORE = text("""
with given as (
  select * from unnest(cast(:channels as bigint[]), cast(:keys as text[]), cast(:lanes as smallint[]),
                       cast(:bodies as bytea[]), cast(:files as text[]), cast(:metas as text[]),
                       cast(:times as bigint[]))
           with ordinality as g(channel_id, key, lane, body, file, meta, times, place)),
fresh as (
  insert into delivery_key (channel_id, key, envelope_id)
  select channel_id, key, nextval('envelope_id_seq') from given order by place
  on conflict do nothing returning channel_id, key, envelope_id),
kept as (
  insert into envelope (id, channel_id, key, lane, body, file, meta)
  select f.envelope_id, channel_id, key, g.lane, g.body, g.file, g.meta::jsonb
  from fresh f join given g using (channel_id, key) order by f.envelope_id
  returning channel_id, key),
counted as (
  insert into tally (channel_id, what, n)
  select channel_id, w.what, case w.what when 1 then fresh else times - fresh end
  from (select channel_id, sum(times) as times, count(f.envelope_id) as fresh
        from given left join fresh f using (channel_id, key) group by 1) c
  join (values (1), (2)) as w(what) on case w.what when 1 then fresh > 0 else times > fresh end),
placed as (
  insert into numbered (channel_id, stream, number)
  select * from unnest(cast(:placed as bigint[]), cast(:streams as text[]), cast(:numbers as bigint[])))
select channel_id, key from kept
""")
WAKE = text("select pg_notify('envelopes', '')")
_STORE, _WAKE = Single(STORE), Single(WAKE)


@dataclass(frozen=True, slots=True)
class Packed:
    """A delivery ready to be stored: a large body is already in the file store."""

    channel_id: int
    key: str
    lane: int
    body: bytes
    file: str
    meta: Mapping[str, str]
    place: tuple[str, int] | None = None


def lane_of(channel_id: int, sender: str) -> int:
    """What one sender says stays in one lane, in order. A channel that cannot tell its senders is one lane."""
    return zlib.crc32(f"{channel_id}:{sender}".encode()) % LANES


async def pack(files: Files, channel_id: int, delivery: Delivery) -> Packed:
    """Move a large body to the file store, before the transaction."""
    large = len(delivery.body) > IN_TABLE
    return Packed(
        channel_id,
        delivery.key,
        lane_of(channel_id, delivery.sender),
        b"" if large else delivery.body,
        await files.put(delivery.body) if large else "",
        {**delivery.meta, trace.KEY: trace.current() or trace.new()},
        delivery.place,
    )


async def store(tx: Tx, packed: Sequence[Packed]) -> set[tuple[int, str]]:
    """Store what is new; returns the (channel, key) pairs that were. A repeat is counted, and nothing else."""
    return {(row[0], row[1]) for row in await tx.execute(STORE, _given(packed))}


async def store_group(database: Database, packed: Sequence[Packed]) -> set[tuple[int, str]]:
    """As :func:`store`, committed when it returns."""
    return {(row[0], row[1]) for row in await database.single(_STORE, **_given(packed))}


def _given(packed: Sequence[Packed]) -> dict[str, Any]:
    first: dict[tuple[int, str], Packed] = {}
    for one in packed:
        first.setdefault((one.channel_id, one.key), one)
    times = Counter((one.channel_id, one.key) for one in packed)
    placed = [(one.channel_id, *one.place) for one in packed if one.place is not None]
    rows = list(first.values())
    return {
        "channels": [one.channel_id for one in rows],
        "keys": [one.key for one in rows],
        "lanes": [one.lane for one in rows],
        "bodies": [one.body for one in rows],
        "files": [one.file for one in rows],
        "metas": [msgspec.json.encode(dict(one.meta)).decode() for one in rows],
        "times": [times[one.channel_id, one.key] for one in rows],
        "placed": [channel for channel, _, _ in placed],
        "streams": [stream for _, stream, _ in placed],
        "numbers": [number for _, _, number in placed],
    }


async def wake_intake(tx: Tx) -> None:
    """Tell the workers, at the commit, that envelopes wait."""
    await tx.execute(WAKE)


async def wake_intake_now(database: Database) -> None:
    """As :func:`wake_intake`, for what is committed already."""
    await database.single(_WAKE)
