"""Whose hands a message on its way out is in, and whether it may have left them.

Only who holds it may say what became of it. ``due`` tells how far a leased one is: infinity until its hand-over begins,
then since when. What a dead worker never began goes out again by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import text

from madang.conversations.models import LEASE
from madang.ground import Ground
from madang.lib.lease import now as now
from madang.lib.postgres import Tx

MISSED = timedelta(seconds=20)  # a worker silent for so long is dead

# The oldest message of a conversation on a channel goes first, and alone: later ones wait behind it. What waits for a
# paused channel holds up no other.
CLAIM = text("""
with due as (
  select o.message_id from outbox o join channel c on c.id = o.channel_id
  where o.due <= now() and o.leased_until is null and c.paused_at is null and c.retired_at is null
    and o.channel_id <> all(cast(:but as bigint[]))
    and not exists (select from outbox e where e.conversation_id = o.conversation_id and e.channel_id = o.channel_id
      and e.message_id < o.message_id)
  order by o.due, o.message_id limit :most for update of o skip locked),
leased as (
  update outbox o set leased_until = now() + cast(:lease as interval), leased_by = :worker, tries = tries + 1,
    due = 'infinity'
  from due where o.message_id = due.message_id
  returning o.message_id, o.conversation_id, o.channel_id, o.tries, o.leased_by, o.strikes)
update message m set state = greatest(m.state, 1) from leased l where m.id = l.message_id
returning l.message_id, l.conversation_id, l.channel_id, l.tries, l.leased_by, l.strikes
""")
ORPHANS = text("""
select o.message_id, o.conversation_id, o.channel_id, o.tries, o.leased_by, c.connector, o.due < 'infinity' as begun
from outbox o join channel c on c.id = o.channel_id
where o.leased_until < 'infinity' and (o.leased_until < now() or not exists (
  select from heartbeat h where h.process = o.leased_by and h.at > now() - cast(:missed as interval)))
for update of o skip locked
""")
BEGIN = text("""
update outbox o set due = now()
from unnest(cast(:ids as bigint[]), cast(:bys as text[]), cast(:tries as smallint[])) as n(id, by, tries)
where o.message_id = n.id and o.leased_by = n.by and o.tries = n.tries returning o.message_id, o.leased_by, o.tries
""")


@dataclass(frozen=True, slots=True)
class Job:
    """A message in hand: one try of one worker. With ``tries`` and ``by`` it is known whether it still is."""

    message_id: int
    conversation_id: int
    channel_id: int
    tries: int
    by: str = ""  # the worker; '' in nobody's hands
    strikes: int = 0  # how often it was tried in vain
    since: float = field(default_factory=lambda: now())

    @property
    def mine(self) -> dict[str, object]:
        """What a statement compares that ends a lease."""
        return {"id": self.message_id, "by": self.by, "tries": self.tries}


async def claim(ground: Ground, worker: str, most: int, but: Collection[int] = ()) -> list[Job]:
    """Lease what is due, on no channel of ``but``. Committed before anything is sent."""
    async with ground.database.begin() as tx:
        given = {"most": most, "lease": LEASE, "worker": worker, "but": sorted(but)}
        return [Job(*row) for row in await tx.execute(CLAIM, given)]


@dataclass(frozen=True, slots=True)
class Orphan:
    """What a dead worker had in hand. ``begun``: the provider may have it."""

    job: Job
    connector: str
    begun: bool


async def orphans(tx: Tx) -> list[Orphan]:
    """All of them, locked."""
    rows = await tx.execute(ORPHANS, {"missed": MISSED})
    return [Orphan(Job(*row[:5]), row.connector, row.begun) for row in rows]


class Threshold:
    """Beyond it the provider may have a message. Who comes while one group is written down is in the next group."""

    def __init__(self, ground: Ground) -> None:
        self._database = ground.database
        self._waiting: list[tuple[Job, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def cross(self, job: Job) -> bool:
        """Write down, durably, that the hand-over begins; False when another has taken the message over."""
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, told))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await told

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                ours = await self._begun([job for job, _ in group])
            except Exception as error:
                _tell(group, error)
            else:
                _tell(group, ours)

    async def _begun(self, jobs: list[Job]) -> set[tuple[int, str, int]]:
        given = {
            "ids": [job.message_id for job in jobs],
            "bys": [job.by for job in jobs],
            "tries": [job.tries for job in jobs],
        }
        async with self._database.begin() as tx:
            return {(row.message_id, row.leased_by, row.tries) for row in await tx.execute(BEGIN, given)}


def _tell(group: list[tuple[Job, asyncio.Future[bool]]], what: set[tuple[int, str, int]] | Exception) -> None:
    for job, told in group:
        if told.done():
            continue
        if isinstance(what, Exception):
            told.set_exception(what)
        else:
            told.set_result((job.message_id, job.by, job.tries) in what)
