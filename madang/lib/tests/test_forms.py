"""Forms of pages: typed, and deaf to what they have no field for."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from madang.lib.errors import Refused
from madang.lib.forms import read


class Person(msgspec.Struct):
    name: str = ""
    role: Literal["agent", "viewer"] = "viewer"
    active: bool = False
    teams: list[int] = []
    rate: float = 0.0


def test_fields_are_typed() -> None:
    sent = [("name", "미나 & co"), ("role", "agent"), ("active", "on"), ("teams", "1"), ("teams", "2"), ("rate", "0.5")]
    assert read(Person, sent) == Person("미나 & co", "agent", True, [1, 2], 0.5)


def test_what_was_not_sent_is_as_it_starts() -> None:
    assert read(Person, []) == Person()


def test_what_has_no_field_is_not_read() -> None:
    """T3."""
    sent = [("name", "Ada"), ("is_admin", "1"), ("__class__", "x"), ("password_hash", "x")]
    assert msgspec.structs.asdict(read(Person, sent)).keys() == {"name", "role", "active", "teams", "rate"}


def test_a_file_is_no_text_and_the_last_of_two_counts() -> None:
    assert read(Person, [("name", object()), ("role", "agent"), ("role", "viewer")]) == Person()


@pytest.mark.parametrize(("value", "on"), [("on", True), ("1", True), ("off", False), ("0", False), ("", False)])
def test_a_box_is_ticked_or_not(value: str, on: bool) -> None:
    assert read(Person, [("active", value)]).active is on


@pytest.mark.parametrize(
    ("field", "value"), [("role", "root"), ("role", ""), ("teams", "one"), ("teams", "1.5"), ("rate", "much")]
)
def test_what_cannot_be_is_refused_in_plain_words(field: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        read(Person, [(field, value)])
    assert refused.value.field == field
    assert "`" not in refused.value.message


class Strict(msgspec.Struct):
    name: str


def test_what_is_missing_is_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        read(Strict, [])
    assert (refused.value.field, refused.value.message) == ("name", "Fill this in.")
