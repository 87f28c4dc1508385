"""Calls that keep to a rate: each waits for its turn. For one process that calls one provider's account."""

from __future__ import annotations

import asyncio


class Steady:
    """At most ``burst`` at once, and ``rate`` a second in the long run."""

    def __init__(self, rate: float, burst: int = 1) -> None:
        self._gap = 1 / rate
        self._slack = self._gap * (burst - 1)
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until it is ours."""
        now = asyncio.get_running_loop().time()
        mine = max(self._next, now - self._slack)
        self._next = mine + self._gap
        if mine > now:
            await asyncio.sleep(mine - now)

    def rest(self, seconds: float) -> None:
        """Nobody's turn comes before so many seconds have passed: the other side asked for it."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)
