"""A clock that jumps. What was to be done in a minute is done in a minute, whatever the time of day says by then.

The database's clock, by which everything is due, is compared with one of ours that only ever goes on. A jump back that
nobody saw is known by heartbeats of the future, or by what was counted in it a moment ago.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from math import inf

from sqlalchemy import Update, text

from madang.lib.postgres import Database, Tx

log = logging.getLogger("madang.clock")

JUMP = 5.0  # seconds; anything less is a busy machine
AGAIN = 5.0  # seconds: no transaction of ours goes on for longer with what was the time before
WITNESSES = 60.0  # seconds: a database that is away so soon after a jump may have known the time before until it went
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
        self._one = asyncio.Lock()
        self._offset: float | None = None
        self._owed: list[Update] = []  # what a jump asks for, until it is committed
        self._jumped = -REST
        self._again = inf  # when to hurry once more: a transaction knows the time of its beginning, and ends later

    async def look(self, database: Database) -> float:
        """By how many seconds the clock has jumped since the last look; what waits is put right.

        When that cannot be committed (the disk is full, the connection breaks) it is done at the next look.
        """
        async with self._one:
            try:
                async with database.begin() as tx:
                    step = await self._put_right(tx)
            except Exception:
                if time.monotonic() - self._jumped < WITNESSES:
                    self._again = time.monotonic()
                raise
            if self._again <= time.monotonic():
                self._again = inf
            self._owed = []
        return step

    async def _put_right(self, tx: Tx) -> float:
        step = await self._step(tx)
        if step:
            self._jump(step)
        if time.monotonic() >= self._again:
            self._owe(self._hurries)
        for statement in self._owed:
            await tx.execute(statement)
        return step

    async def _step(self, tx: Tx) -> float:
        before = time.monotonic()
        seen = (await tx.execute(LOOK, {"jump": JUMP})).one()
        after = time.monotonic()
        step = 0.0 if self._offset is None else seen.now - after - self._offset
        self._offset = seen.now - after
        if abs(step) <= JUMP + after - before:
            step = -JUMP if seen.early else 0.0
        return float(step)

    def _jump(self, step: float) -> None:
        log.warning("the database's clock has jumped by %+.0f seconds", step)
        self._jumped = time.monotonic()
        self._owe(self._holds)
        if step < 0:
            self._owe(self._hurries)
            self._again = self._jumped + AGAIN

    def _owe(self, statements: Sequence[Update]) -> None:
        self._owed += [one for one in statements if one not in self._owed]

    @property
    def steady(self) -> bool:
        """Whether its silence says anything about another worker."""
        return time.monotonic() - self._jumped > REST
