"""Strange webhooks are no exception, and only what WhatsApp holds is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Config, Malformed, Media, Request, SendError
from madang.connectors.whatsapp.connector import WhatsApp

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


@pytest.mark.parametrize("name", ["document", "list_reply", "number_changed", "failed"])
def test_whatever_is_strange_in_a_webhook(name: str) -> None:
    made = WhatsApp(Config(7, "k", "WhatsApp", {}, {}))
    for strange in changed(json.loads((FIXTURES / f"{name}.json").read_bytes())):
        try:
            parts = made.split(Request("POST", "/hooks/k", {}, json.dumps(strange).encode()))
        except Malformed:
            continue
        for fact in (fact for part in parts for fact in made.parse(part)):
            assert fact.id
            assert fact.party is None or fact.party.value


async def test_only_a_media_id_is_fetched() -> None:
    made = WhatsApp(Config(7, "k", "WhatsApp", {}, {}))
    for ref in ("", "../me", "1?access_token=x", "http://127.0.0.1/"):
        with pytest.raises(SendError, match="invalid"):
            [part async for part in made.fetch(Media("image", "a", "image/png", ref=ref))]
