"""How the house's own work goes on: how far each reaction and the audit seal are behind, and who is at work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from madang.lib.partitions import floor_of
from madang.lib.postgres import Tx

ALIVE = 15.0  # seconds without a sign after which a process counts as gone

POSITIONS = text("""
select p.reaction, p.tx, p.id, p.failures, (
  select count(*) from dead_letter d where d.reaction = p.reaction and d.replayed_at is null and d.dismissed_at is null
) as letters from reaction_position p order by p.reaction
""")
NEXT = text("""
select extract(epoch from clock_timestamp() - at)::float8 from event
where (tx, id) > (cast(:tx as xid8), :id) and tx < pg_snapshot_xmin(pg_current_snapshot()) and id >= :floor
order by tx, id limit 1
""")
SEALED = text("select to_tx, to_id from seal order by n desc limit 1")
BEATS = text("""
select process, kind, at, extract(epoch from clock_timestamp() - at)::float8 as silent, memory from heartbeat
where at > now() - interval '1 day' order by at desc
""")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reaction: the age in seconds of the oldest event it has not read, tries of the batch before it, letters."""

    name: str
    lag: float
    failures: int
    letters: int  # dead letters nobody has replayed or dismissed


@dataclass(frozen=True, slots=True)
class Beat:
    """A process that has worked within a day; ``silent`` seconds ago it said so last."""

    process: str
    kind: str
    at: datetime
    silent: float
    memory: int  # resident bytes, 0 where the system does not tell

    @property
    def alive(self) -> bool:
        """Whether it works now."""
        return self.silent < ALIVE


async def reactions(tx: Tx, known: Collection[str]) -> list[Reading]:
    """The reactions of these names, by name. One of an older version stands still for ever, and that is no lag."""
    rows = [row for row in await tx.execute(POSITIONS) if row.reaction in known]
    return [Reading(row.reaction, await _lag(tx, row.tx, row.id), row.failures, row.letters) for row in rows]


async def seal_lag(tx: Tx) -> float:
    """The age in seconds of the oldest event that is not sealed; 0 when all are."""
    head = (await tx.execute(SEALED)).one_or_none()
    return await _lag(tx, head.to_tx if head else 0, head.to_id if head else 0)


async def beats(tx: Tx) -> Sequence[Beat]:
    """Who works, and who has worked within a day; the newest sign first."""
    return [Beat(*row) for row in await tx.execute(BEATS)]


async def _lag(tx: Tx, at_tx: int, at_id: int) -> float:
    age = (await tx.execute(NEXT, {"tx": at_tx, "id": at_id, "floor": floor_of(at_id)})).scalar_one_or_none()
    return max(0.0, float(age or 0.0))
