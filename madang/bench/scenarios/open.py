"""A conversation opened: in the database, as the fragment the desk swaps in, and as a whole page."""

from __future__ import annotations

from madang.bench.bench import Bench
from madang.bench.data.asked import Browser, database, figure, one_row
from madang.bench.data.questions import Questions
from madang.bench.figures import Figure

BUDGET = 50.0  # milliseconds, DESIGN §9


async def run(bench: Bench) -> list[Figure]:
    """Conversations of all ages, each once."""
    house = await bench.data()
    times = 12 if bench.quick else 300
    limit = await one_row(house, times)
    questions = await Questions.of(house, bench.scale)
    made: list[Figure] = []
    for name, ask in questions.open().items():
        spent = await database(house, ask, times)
        made.append(figure(f"open: {name}", spent, BUDGET, "in the database; limit: one row by key", limit=limit))
    browser = await Browser.open(house, "opens")
    try:
        some = [questions.conversation(number) for number in range(times)]
        spent = await browser.pages([f"/c/{number}/pane" for number in some])
        made.append(figure("open: fragment", spent, BUDGET, "what the desk swaps in on J and K", limit=limit))
        spent = await browser.pages([f"/c/{number}" for number in some])
        made.append(figure("open: whole desk", spent, None, "the page with list, thread and customer", limit=limit))
    finally:
        await browser.close()
    return made
