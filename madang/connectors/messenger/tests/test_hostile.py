"""Strange webhooks are no exception and fetch nothing they must not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Config, Malformed, Media, Request, SendError
from madang.connectors.messenger.connector import Messenger

FIXTURES = Path(__file__).parent.parent / "fixtures"
STRANGE: tuple[Any, ...] = (None, 0, True, "", [], {}, [None], [[]], {"a": 1}, 1e300, "\u0000")


def changed(value: Any) -> Iterator[Any]:
    """The value with one thing in it replaced, in every place and by everything strange."""
    for place in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for strange in STRANGE:
            yield {**value, place: strange} if isinstance(value, dict) else [strange]
        for inner in changed(value[place]):
            whole = deepcopy(value)
            whole[place] = inner
            yield whole


@pytest.mark.parametrize("name", ["image", "comment", "postback", "read"])
def test_whatever_is_strange_in_a_webhook(name: str) -> None:
    made = Messenger(Config(7, "k", "Page", {}, {}))
    for strange in changed(json.loads((FIXTURES / f"{name}.json").read_bytes())):
        try:
            parts = made.split(Request("POST", "/hooks/k", {}, json.dumps(strange).encode()))
        except Malformed:
            continue
        for fact in (fact for part in parts for fact in made.parse(part)):
            assert fact.id
            assert fact.party is None or fact.party.value


async def test_a_file_inside_our_own_network_is_not_fetched() -> None:
    """T9."""
    made = Messenger(Config(7, "k", "Page", {}, {}))
    for url in ("http://127.0.0.1:5432/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"):
        with pytest.raises(SendError) as caught:
            [part async for part in made.fetch(Media("image", "a", "image/png", ref=url))]
        assert caught.value.why == "policy"
    await made.close()
