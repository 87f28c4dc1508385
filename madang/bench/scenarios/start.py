"""Cold start: from the command `madang run` to the first answer of a ready house, the first time and the second."""

from __future__ import annotations

import time
from pathlib import Path

from madang.bench.bench import Bench
from madang.bench.figures import Figure, judge, rounded
from madang.bench.outside import Outside

SECOND = 5.0  # seconds, DESIGN §9


async def run(bench: Bench) -> list[Figure]:
    """A data directory of its own: the first start makes the database, the second finds it."""
    place = bench.place.directory("start")
    first, second = await _once(place), await _once(place)
    return [
        Figure(name="start-first", unit="s", value=rounded(first), note="an empty data directory: makes the database"),
        Figure(name="start-second", unit="s", value=rounded(second), budget=SECOND, ok=judge(second, at_most=SECOND)),
    ]


async def _once(data: Path) -> float:
    """Seconds until `/readyz` says yes: the database answers and a worker's heart beats."""
    began = time.monotonic()
    async with Outside(data):
        return time.monotonic() - began
