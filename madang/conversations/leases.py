"""Whose hands a message on its way out is in. Only who holds it may say what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import text

from madang.ground import Ground
from madang.lib.lease import now as now
from madang.lib.postgres import Tx

LEASE = timedelta(minutes=15)  # the send and writing down what became of it, through an outage
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
  update outbox o set leased_until = now() + cast(:lease as interval), leased_by = :worker, tries = tries + 1
  from due where o.message_id = due.message_id
  returning o.message_id, o.conversation_id, o.channel_id, o.tries, o.leased_by)
update message m set state = greatest(m.state, 1) from leased l where m.id = l.message_id
returning l.message_id, l.conversation_id, l.channel_id, l.tries, l.leased_by
""")
ORPHANS = text("""
select o.message_id, o.conversation_id, o.channel_id, o.tries, o.leased_by, c.connector
from outbox o join channel c on c.id = o.channel_id
where o.leased_until < 'infinity' and (o.leased_until < now() or not exists (
  select from heartbeat h where h.process = o.leased_by and h.at > now() - cast(:missed as interval)))
for update of o skip locked
""")
OURS = text("""
select exists (select from outbox where message_id = :id and leased_by = :by and tries = :tries)
""")


@dataclass(frozen=True, slots=True)
class Job:
    """A message in hand: one try of one worker. With ``tries`` and ``by`` it is known whether it still is."""

    message_id: int
    conversation_id: int
    channel_id: int
    tries: int
    by: str = ""  # the worker; '' in nobody's hands
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


async def orphans(tx: Tx) -> list[tuple[Job, str]]:
    """What dead workers had in hand, each locked and with the connector of its channel."""
    rows = await tx.execute(ORPHANS, {"missed": MISSED})
    return [(Job(*row[:5]), row.connector) for row in rows]


async def ours(tx: Tx, job: Job) -> bool:
    """Whether nobody has taken it over."""
    return bool((await tx.execute(OURS, job.mine)).scalar_one())
