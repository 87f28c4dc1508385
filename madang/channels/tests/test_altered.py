"""Bodies with something odd in them, and a connector that trusts its provider too much."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from madang.channels.connector import Config, Connector, Delivery, Inbound, Request
from madang.channels.testing import ODD, ContractTests, altered


@pytest.mark.parametrize("body", [b'{"a": [{"b": 1}]}', b"a=1&b=%2B82", b"\x00\x00\x00\x1a\x00\x00\x00\x05"])
def test_every_place_is_altered_and_the_rest_is_left(body: bytes) -> None:
    made = [one() for one in altered(body)]
    assert body not in made
    assert len(set(made)) >= 2 * len(ODD) - 1 or body[0] == 0
    assert [one() for one in altered(body)] == made  # the same ones each time


def test_what_was_altered_is_whole_again() -> None:
    each = list(altered(b'{"a": 1, "b": 2}'))
    assert json.loads(each[0]()) == {"a": None, "b": 2}
    assert json.loads(each[-1]()) == {"a": 1, "b": {"id": 7}}


class Trusting(Connector):
    def split(self, request: Request) -> Sequence[Delivery]:
        return [Delivery("k", "", request.body)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        whole = json.loads(delivery.body)
        return [Inbound("message", whole["id"].strip(), datetime.now(UTC), text=whole["text"])]


def test_who_trusts_a_field_is_found(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"id": "m1", "text": "네"}', "utf-8")

    class Contract(ContractTests):
        def made(self) -> Connector:
            return Trusting(Config(1, "k", "Trusting", {}, {}))

        def cases(self) -> list[Path]:
            return [tmp_path / "one.json"]

    with pytest.raises(AttributeError):
        Contract().test_no_value_of_any_field_breaks_it()
