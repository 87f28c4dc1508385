"""Sums over everything, as a screen of figures shows them."""

from __future__ import annotations

from madang.bench.bench import Bench
from madang.bench.data.asked import database, figure, one_row
from madang.bench.data.questions import Questions
from madang.bench.figures import Figure

BUDGET = 300.0  # milliseconds, DESIGN §9


async def run(bench: Bench) -> list[Figure]:
    """Each many times."""
    house = await bench.data()
    times = 20 if bench.quick else 100
    limit = await one_row(house, times)
    made: list[Figure] = []
    for name, ask in (await Questions.of(house, bench.scale)).figures().items():
        spent = await database(house, ask, times)
        made.append(figure(f"figures: {name}", spent, BUDGET, "in the database; limit: one row by key", limit=limit))
    return made
