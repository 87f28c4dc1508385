"""Keeps everything in flow: nobody runs far ahead, so that every fault meets traffic both ways."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping

SLACK = 0.05  # of its own way one stream may be ahead of the slowest


class Pace:
    """Counts what each stream has done of its ``goals``. ``busy`` says that the house has enough in hand."""

    def __init__(self, goals: Mapping[str, int], busy: Callable[[], bool]) -> None:
        self.goals = goals
        self.done: Counter[str] = Counter()
        self._busy = busy

    def count(self, name: str) -> None:
        """One more."""
        self.done[name] += 1

    def part(self, name: str) -> float:
        """How far a stream has come, 0 to 1."""
        return self.done[name] / self.goals[name] if self.goals[name] else 1.0

    @property
    def part_of_all(self) -> float:
        """How far all have come."""
        return sum(self.done.values()) / sum(self.goals.values())

    async def turn(self, name: str) -> None:
        """Wait until it is this stream's turn."""
        while self._busy() or self.part(name) > min(map(self.part, self.goals)) + SLACK:
            await asyncio.sleep(0.02)

    async def reaches(self, part: float) -> None:
        """Wait until all have come so far."""
        while self.part_of_all < part:
            await asyncio.sleep(0.02)
