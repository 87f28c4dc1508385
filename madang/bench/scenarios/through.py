"""Not there yet."""

from __future__ import annotations

from madang.bench.bench import Bench
from madang.bench.figures import Figure


async def run(bench: Bench) -> list[Figure]:
    """Nothing yet."""
    return []
