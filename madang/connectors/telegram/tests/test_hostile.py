"""Whatever stands in whichever field of a well-formed body: it is understood, kept or malformed, and breaks nothing."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Malformed, Request
from madang.channels.shown import facts
from madang.connectors.telegram.tests.conftest import channel

FIXTURES = [
    path for path in sorted((Path(__file__).parent.parent / "fixtures").glob("*.json")) if ".expected" not in path.name
]
ODD: tuple[Any, ...] = (None, -1, 2**63, 1e300, "", "\0", [{}], {"id": 7}, True)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every field of a body, by the keys that lead to it."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        yield (*way, key)
        yield from places(one, (*way, key))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_no_value_of_any_field_breaks_it(fixture: Path) -> None:
    whole, made = json.loads(fixture.read_text("utf-8")), channel()
    for number, way in enumerate(places(whole)):
        for odd in ODD[number % 3 :: 3]:
            body = copy.deepcopy(whole)
            inner = body
            for key in way[:-1]:
                inner = inner[key]
            inner[way[-1]] = odd
            with contextlib.suppress(Malformed):
                for part in made.split(Request("POST", "/", {}, json.dumps(body).encode())):
                    assert all(one["id"] for one in facts(made.parse(part)))
