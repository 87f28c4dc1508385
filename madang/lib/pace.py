"""How fast somebody may knock, counted in this process's memory: for doors that must not wait for a database."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

KEPT = 20_000  # names remembered; the one unseen for longest is forgotten first


class Pace:
    """A bucket for each name: ``burst`` at once, then ``rate`` a second."""

    def __init__(self, burst: float, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._rate = rate
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> int:
        """Take one; the seconds to wait when the bucket is empty, else 0."""
        now = self._now()
        left, at = self._left.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        self._left[name] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0 if left >= 1 else int((1 - left) / self._rate) + 1


class AtOnce:
    """How much one name may have under way at the same time, in this process: for what is dear and cannot be cut."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()

    @contextmanager
    def one(self, name: str) -> Iterator[bool]:
        """Whether there is room for one more; it is under way until the block ends."""
        if self._running[name] >= self._most:
            yield False
            return
        self._running[name] += 1
        try:
            yield True
        finally:
            self._running[name] -= 1
            if not self._running[name]:
                del self._running[name]
