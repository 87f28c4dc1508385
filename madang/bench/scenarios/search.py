"""The search: common words and rare ones, in both languages, by beginnings, numbers and names, alone and filtered."""

from __future__ import annotations

from madang.bench.bench import Bench
from madang.bench.data.asked import Browser, database, figure, one_row
from madang.bench.data.questions import Questions
from madang.bench.figures import Figure, percentile

BUDGET = 100.0  # milliseconds at the 95th of a hundred, DESIGN §9


async def run(bench: Bench) -> list[Figure]:
    """Each question in the database; then all of them mixed as pages of the API's kind, which the budget speaks of."""
    house = await bench.data()
    times = 3 if bench.quick else 60
    limit = await one_row(house, times)
    questions = await Questions.of(house, bench.scale)
    made: list[Figure] = []
    every: list[float] = []
    for name, ask in questions.search().items():
        spent = await database(house, ask, times)
        every += spent
        made.append(figure(f"search: {name}", spent, BUDGET, "in the database; limit: one row by key", part=0.95))
    note = f"every question above, {len(every):,} in all; worst {percentile(every, 1):.0f} ms"
    made.append(figure("search", every, BUDGET, note, part=0.95, limit=limit))
    browser = await Browser.open(house, "searches")
    try:
        spent = await browser.pages([f"/search?q={words}" for words in questions.words(times)])
        made.append(figure("search page", spent, None, "the desk's own page of hits", part=0.95, limit=limit))
    finally:
        await browser.close()
    return made
