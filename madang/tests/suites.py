"""What of the tests is loaded: a suite's own files alone. To import the others costs seconds of every process.

And in which order they run where several processes share them: the long ones first, or one process ends with such a one
while the others have nothing left to do.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

OF_ANOTHER = re.compile(r"^pytestmark = pytest\.mark\.(slow|browser)[ ]*(#.*)?$", re.MULTILINE)

# The files that take longest, the longest first.
LONG = (
    "tests/faults/test_kills.py",
    "madang/bench/tests/test_scenarios.py",
    "madang/customers/matchmaking/tests/test_process.py",
    "madang/customers/matching/tests/test_splink.py",
    "tests/cluster/test_living.py",
    "tests/browser/test_story.py",
    "tests/cluster/test_ownership.py",
    "tests/test_api_fuzzed.py",
    "madang/customers/tests/test_merging.py",
    "madang/bench/tests/test_desk.py",
    "tests/browser/test_one_customer.py",
    "tests/cluster/test_cluster.py",
    "tests/browser/test_segments.py",
    "tests/browser/test_matching.py",
    "tests/browser/test_proof.py",
    "tests/browser/test_every_door.py",
    "madang/conversations/tests/test_model.py",
    "tests/browser/test_crm.py",
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a file of which ``-m`` would leave out every test: decided by its text, when that is plain."""
    asked = str(config.option.markexpr)
    if not collection_path.name.startswith("test_") or collection_path.suffix != ".py":
        return None
    if asked == "not slow and not browser":
        return True if OF_ANOTHER.search(collection_path.read_text("utf-8")) else None
    if asked == "browser":
        return None if "mark.browser" in collection_path.read_text("utf-8") else True
    return None  # what is slow is said in more ways than one


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """xdist first gives each process a stretch of this list; the long files stand at their heads."""
    many = getattr(config, "workerinput", {}).get("workercount", 1)
    if many > 1:
        items[:] = dealt(items, many)


def dealt(items: list[pytest.Item], many: int) -> list[pytest.Item]:
    """The same tests, in ``many`` stretches as long as xdist makes them, the long files spread over their heads."""
    there = {_file(one) for one in items}
    long = [name for name in LONG if name in there]
    heads = [[one for name in long[number::many] for one in items if _file(one) == name] for number in range(many)]
    rest = [one for one in items if _file(one) not in LONG]
    made: list[pytest.Item] = []
    for number, head in enumerate(heads):
        length = (len(items) - len(made)) // (many - number)
        fill = max(0, length - len(head))
        made += [*head, *rest[:fill]]
        del rest[:fill]
    return [*made, *rest]


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
