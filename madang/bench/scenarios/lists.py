"""The inbox's lists, in the database and as a page of the desk."""

from __future__ import annotations

from madang.bench.bench import Bench
from madang.bench.data.asked import Browser, database, figure, one_row
from madang.bench.data.questions import Questions
from madang.bench.figures import Figure

DATABASE, PAGE = 20.0, 50.0  # milliseconds, DESIGN §9


async def run(bench: Bench) -> list[Figure]:
    """Each list many times, then the desk's own requests for them."""
    house = await bench.data()
    times = 12 if bench.quick else 300
    limit = await one_row(house, times)
    made: list[Figure] = []
    for name, ask in (await Questions.of(house, bench.scale)).lists().items():
        spent = await database(house, ask, times)
        made.append(figure(f"list: {name}", spent, DATABASE, "in the database; limit: one row by key", limit=limit))
    browser = await Browser.open(house, "lists")
    try:
        for view in ("all", "mine", "unassigned", "closed"):
            spent = await browser.pages([f"/list?view={view}"] * times)
            made.append(
                figure(f"list page: {view}", spent, PAGE, "one request of the desk, counts included", limit=limit)
            )
    finally:
        await browser.close()
    return made
