"""A clock that jumps. What was to be done in a minute is done in a minute, whatever the time of day says by then.

The database's clock, by which everything is due, is compared with one of ours that only ever goes on. A jump back that
nobody saw is known by heartbeats of the future, or by what was counted in it a moment ago.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from sqlalchemy import Update, text

from madang.lib.postgres import Tx

log = logging.getLogger("madang.clock")

JUMP = 5.0  # seconds; anything less is a busy machine
REST = 15.0  # seconds after a jump in which nobody is taken for dead: every living worker beats twice in them

LOOK = text("""
select cast(extract(epoch from clock_timestamp()) as float8) as now, exists (
  select from heartbeat where at > clock_timestamp() + cast(:jump as float8) * interval '1 second')
  or exists (select from (select at from tally order by id desc limit 1000) t
    where at > clock_timestamp() + cast(:jump as float8) * interval '1 second') as early
""")


class Clock:
    """One worker's view of the time. ``holds`` put right after any jump what is in hand, ``hurries`` after one back
    what waits (:mod:`madang.lib.jumps`)."""

    def __init__(self, holds: Sequence[Update] = (), hurries: Sequence[Update] = ()) -> None:
        self._holds, self._hurries = holds, hurries
        self._offset: float | None = None
        self._seen: float | None = None  # the offset of the last look, until what it put right is committed
        self._jumped = -REST

    async def look(self, tx: Tx) -> float:
        """By how many seconds the clock has jumped since the last look; what waits is put right in ``tx``.

        Say :meth:`kept` once that is committed: else (the disk is full, the connection breaks) it is seen again.
        """
        before = time.monotonic()
        seen = (await tx.execute(LOOK, {"jump": JUMP})).one()
        after = time.monotonic()
        step = 0.0 if self._offset is None else seen.now - after - self._offset
        if abs(step) <= JUMP + after - before:
            step = -JUMP if seen.early else 0.0
        if step:
            await self._put_right(tx, step)
        self._seen = seen.now - after
        return step

    def kept(self) -> None:
        """What the last look put right is committed."""
        self._offset = self._seen

    async def _put_right(self, tx: Tx, step: float) -> None:
        log.warning("the database's clock has jumped by %+.0f seconds", step)
        self._jumped = time.monotonic()
        for statement in (*self._holds, *(self._hurries if step < 0 else ())):
            await tx.execute(statement)

    @property
    def steady(self) -> bool:
        """Whether its silence says anything about another worker."""
        return time.monotonic() - self._jumped > REST
