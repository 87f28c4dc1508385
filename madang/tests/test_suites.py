"""The order in which several processes are given the tests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from madang.tests.suites import LONG, dealt


def _items(*names: str) -> list[Any]:
    return [SimpleNamespace(nodeid=name) for name in names]


def test_every_process_begins_with_a_long_one_and_no_test_is_lost() -> None:
    short = _items(*(f"a.py::test_{number}" for number in range(94)))
    long = _items(*(f"{name}::test_it" for name in reversed(LONG[:6])))
    given = [*short, *long]
    made = dealt(given, 3)
    assert sorted(one.nodeid for one in made) == sorted(one.nodeid for one in given)
    assert [made[start].nodeid for start in (0, 33, 66)] == [f"{name}::test_it" for name in LONG[:3]]


def test_what_is_shorter_than_the_long_ones_is_whole_too() -> None:
    given = [*_items("a.py::test"), *(one for name in LONG for one in _items(f"{name}::one", f"{name}::two"))]
    assert len({one.nodeid for one in dealt(given, 3)}) == len(given)
    assert dealt([], 3) == []
