"""What a process counts of itself, cheaply enough for the message path: an addition, no lock, no allocation.

`madang/metrics` writes them down for Prometheus. Every figure is of this process, since it started.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


class Histogram:
    """How often a value fell below each of ``bounds``."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = FAST) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """One more."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def cumulative(self) -> list[tuple[str, float]]:
        """(upper bound, how many were at most that), the last one +Inf: as Prometheus has buckets."""
        upper = [*(f"{bound:g}" for bound in self.bounds), "+Inf"]
        sums, so_far = [], 0
        for name, count in zip(upper, self.counts, strict=True):
            so_far += count
            sums.append((name, float(so_far)))
        return sums
