"""The same questions at a hundredth, a tenth and the whole of the run's data: cost grows with the logarithm."""

from __future__ import annotations

import itertools

from madang.bench.bench import Bench
from madang.bench.data.asked import Ask, database
from madang.bench.data.fill import fill
from madang.bench.data.questions import Questions
from madang.bench.figures import Figure, judge, percentile, rounded
from madang.bench.house import House

TENFOLD = 1.3  # times the cost at ten times the data, DESIGN §9
FLOOR = 0.3  # milliseconds: below, the clock and the neighbours are measured


async def run(bench: Bench) -> list[Figure]:
    """The smaller houses are made for it; the whole is the run's own."""
    times = 40 if bench.quick else 200
    steps = [scale for scale in (10_000, 100_000, 1_000_000) if scale <= bench.scale]
    if len(steps) == 1:  # one size says nothing about growth
        return []
    table: dict[str, list[float]] = {}
    for scale in steps[:-1]:
        async with House(bench.place.directory(f"growth-{scale}")) as house:
            await fill(house, scale, bench.seed)
            await _measure(house, scale, times, table)
    await _measure(await bench.data(), steps[-1], times, table)
    return [_figure(name, steps, row) for name, row in table.items()]


async def _measure(house: House, scale: int, times: int, table: dict[str, list[float]]) -> None:
    questions = await Questions.of(house, scale)
    for name, ask in _all(questions).items():
        spent = await database(house, ask, times)
        table.setdefault(name, []).append(percentile(spent, 0.5))


def _all(questions: Questions) -> dict[str, Ask]:
    parts = {"list": questions.lists(), "open": questions.open(), "figures": questions.figures()}
    parts["search"] = questions.search()
    return {f"{part}: {name}": ask for part, some in parts.items() for name, ask in some.items()}


def _figure(name: str, steps: list[int], row: list[float]) -> Figure:
    """``value`` is the worst cost of ten times the data."""
    worst = max((after / max(before, FLOOR) for before, after in itertools.pairwise(row)), default=None)
    shown = ", ".join(f"{scale:,}: {spent:.2f} ms" for scale, spent in zip(steps, row, strict=True))
    return Figure(
        name=f"growth of {name}",
        unit="× per tenfold",
        value=rounded(worst),
        p50=rounded(row[-1]),
        budget=TENFOLD if len(row) > 1 else None,
        ok=judge(worst, at_most=TENFOLD) if len(row) > 1 else None,
        note=f"median at {shown} conversations",
    )
