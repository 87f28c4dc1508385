"""Looks into the database from outside: what waits, what is in hand, what was put aside."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from madang.lib.embedded_postgres import running_url

LOOK = 0.5  # seconds
MUCH = 1_500  # megabytes: more than PostgreSQL keeps of its log
ENOUGH = 400  # envelopes or answers in hand, after which the streams hold back

COUNTS = """
select
  (select count(*) from envelope where state = 0) as "waiting envelopes",
  (select count(*) from envelope where state = 2) as "quarantined envelopes",
  (select count(*) from outbox where leased_until is null) as "answers in the outbox",
  (select count(*) from outbox where leased_until is not null) as "answers in a worker's hands",
  (select count(*) from message where direction = 'out' and state in (0, 1)) as "answers queued or sending",
  (select count(*) from reaction_position p where p.failures > 0 or exists (select from event e
    where (e.tx, e.id) > (p.tx, p.id) and e.tx < pg_snapshot_xmin(pg_current_snapshot()))) as "reactions behind",
  (select count(*) from dead_letter where replayed_at is null) as "dead letters",
  (select count(*) from event e where (e.tx, e.id) > (
    select coalesce((array_agg(to_tx order by n desc))[1], '0'::xid8),
           coalesce((array_agg(to_id order by n desc))[1], 0) from seal)) as "unsealed events",
  (select count(*) from channel where paused_at is not null or problem <> '') as "channels with a problem"
"""
RECEIVED = "select count(*) from message where direction = 'in'"


@dataclass
class Watch:
    """``counts`` is what it saw last."""

    data: Path
    counts: dict[str, int] = field(default_factory=dict)
    received: int = 0
    seen: int = 0  # how many looks succeeded

    def busy(self) -> bool:
        """Whether the house has enough in hand."""
        names = ("waiting envelopes", "answers in the outbox")
        return any(self.counts.get(name, 0) > ENOUGH for name in names)

    async def keep_looking(self) -> None:
        """For ever; through outages with what was seen last."""
        while True:
            with contextlib.suppress(Exception):
                await self._look()
            await asyncio.sleep(LOOK)

    async def _connect(self) -> asyncpg.Connection:
        url = running_url(self.data)
        if not url:
            raise ConnectionError
        where = {"host": url.partition("host=")[2], "user": "madang", "database": "madang"}
        return await asyncpg.connect(**where, timeout=5, command_timeout=30)

    async def stop_by_full_log(self) -> bool:
        """On a full disk: write until PostgreSQL has no room for its log and stops itself; whether it did."""
        try:
            connection = await self._connect()
        except Exception:  # it is away already
            return False
        try:
            for _ in range(MUCH):
                await connection.execute("select pg_logical_emit_message(true, 'faults', repeat('x', 1000000))")
        except Exception:
            return connection.is_closed()
        finally:
            connection.terminate()
        return False

    async def _look(self) -> None:
        connection = await self._connect()
        try:
            while True:
                self.counts = dict(await connection.fetchrow(COUNTS))
                self.received = await connection.fetchval(RECEIVED)
                self.seen += 1
                await asyncio.sleep(LOOK)
        finally:
            connection.terminate()

    def idle(self, accepted: int) -> bool:
        """Whether all is in and nothing waits."""
        return self.received >= accepted and not any(self.counts.values())
