"""Every scenario, in the order in which they run. A new one is a file in `scenarios/` and a line here."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from madang.bench.bench import Bench
from madang.bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Scenario:
    """A file of `madang/bench/scenarios/` with ``async def run(bench: Bench) -> list[Figure]``."""

    name: str  # as the command line takes it; the module has underscores instead of hyphens
    measures: str
    long: bool = False  # left out of a quick run unless it is asked for by name
    needs: str = ""  # a module that is no dependency: without it, left out unless it is asked for by name

    async def run(self, bench: Bench) -> list[Figure]:
        """Measure. Whatever it raises is the report's failure, not the run's."""
        module = importlib.import_module(f"madang.bench.scenarios.{self.name.replace('-', '_')}")
        figures: list[Figure] = await module.run(bench)
        return figures


SCENARIOS = (
    Scenario("bytes", "what a browser loads the first time, compressed"),
    Scenario("start", "cold start: from the command to the first answer, the first time and the second"),
    Scenario("memory", "what all processes hold while nothing happens"),
    Scenario("growth", "the same questions at 10,000, 100,000 and 1,000,000 conversations, as far as the scale goes"),
    Scenario("lists", "the inbox's lists, in the database and as pages"),
    Scenario("open", "a conversation opened"),
    Scenario("search", "common and rare words, numbers, names, in both languages"),
    Scenario("aggregates", "sums over everything, as a screen of figures shows them"),
    Scenario("segments", "customers counted by condition, and how soon one enters a segment after what she did"),
    Scenario("customers", "a customer opened among ten events for every conversation, and events told by programs"),
    Scenario("accept", "signed webhooks made durable, at saturation"),
    Scenario("through", "from the webhook to the screens of 50 agents"),
    Scenario("reply", "from an answer on the API to the provider that receives it"),
    Scenario(
        "matching", "customers who are one person: how many are found, on labelled people, and how fast", long=True
    ),
    Scenario("streams", "2,000 open screens that all hear everything"),
    # The last: the house steps aside for the browser, and a process cannot take that back.
    Scenario(
        "desk", "the desk in Chromium: from the key to the painted thread, scrolling, what disturbs", needs="playwright"
    ),
)


def chosen(names: Sequence[str], *, quick: bool = False) -> list[Scenario]:
    """The named scenarios in the order of the plan, all when none is named; raises LookupError naming a stranger.

    ``quick``: without those that are long by their nature, unless they are named. One whose needs are not met here
    runs only by name, and then says what to install.
    """
    known = {one.name: one for one in SCENARIOS}
    for name in names:
        if name not in known:
            raise LookupError(f"There is no scenario {name!r}. There are: {', '.join(known)}.")
    return [one for one in SCENARIOS if one.name in names or (not names and _unasked(one, quick))]


def _unasked(one: Scenario, quick: bool) -> bool:
    return not (quick and one.long) and (not one.needs or find_spec(one.needs) is not None)
