"""The tests every connector inherits: subclass :class:`ContractTests` in its folder and say how it is configured."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import pytest

from madang.channels import quality, registry
from madang.channels.abilities import Pulls
from madang.channels.connector import (
    Config,
    Connector,
    Delivery,
    Forged,
    Malformed,
    Request,
    SetupError,
)
from madang.channels.inventory import Counts
from madang.channels.setup import fill
from madang.channels.shown import facts

HOSTILE = (b"", b"\x00", b"{", b"[]", b"null", b'{"type": []}', b"\xff\xfe\xfd", b"{" * 5_000, b'"' + b"a" * 100_000)
ODD: tuple[Any, ...] = (None, -1, 2**63, 1e300, "", "\0", True, [], {}, [None], [{}], [[]], {"id": 7})
QUICK, MANY = 150, 4_000  # altered bodies a connector: in 50 ms or less, and where there is more time


def altered(body: bytes) -> Iterator[Callable[[], bytes]]:
    """The body with one thing in it changed, for every field and all that is odd; made when it is called.

    A body of JSON or of a form has fields. Of any other one byte is changed, or what follows it is missing.
    """
    try:
        yield from _fields(json.loads(body))
    except ValueError:
        form = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        yield from _pairs(form) if form and b"=" in body and not body[0] < 32 and b"\n" not in body else _bytes(body)


def _fields(whole: Any) -> Iterator[Callable[[], bytes]]:
    for inner, key in _places(whole):
        for odd in ODD:
            yield partial(_changed, whole, inner, key, odd)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(below):
        yield value, key
        yield from _places(one)


def _changed(whole: Any, inner: Any, key: Any, odd: Any) -> bytes:
    was, inner[key] = inner[key], odd
    try:
        return json.dumps(whole).encode()
    finally:
        inner[key] = was


def _pairs(form: list[tuple[str, str]]) -> Iterator[Callable[[], bytes]]:
    for place, (name, _) in enumerate(form):
        for odd in ODD:
            now = [] if odd is None else [(name, str(odd))]
            yield urlencode([*form[:place], *now, *form[place + 1 :]]).encode


def _bytes(body: bytes) -> Iterator[Callable[[], bytes]]:
    for place in range(0, len(body), max(1, len(body) // 200)):
        yield partial(bytes, body[:place])
        yield partial(bytes, body[:place] + bytes([body[place] ^ 0x55]) + body[place + 1 :])


class ContractTests:
    """What the house asks of every connector, whatever its provider."""

    connector: ClassVar[str]

    def config(self) -> Config:
        """A set-up that needs no provider to parse and verify."""
        raise NotImplementedError

    def delivery(self, fixture: Path) -> Delivery:
        """A fixture as it would be stored."""
        return Delivery("fixture", "", fixture.read_bytes())

    def request(self, body: bytes) -> Request:
        """A webhook of this body, as ``split`` gets it once it is verified."""
        return Request("POST", "/hooks/k", {}, body)

    def made(self) -> Connector:
        """The connector, bound."""
        return registry.get(self.connector)(self.config())

    def folder(self) -> Path:
        """Its folder."""
        return registry.entry(self.connector).folder

    def cases(self) -> list[Path]:
        """Its fixtures."""
        found = [path for path in sorted((self.folder() / "fixtures").glob("*")) if ".expected." not in path.name]
        assert found, "a connector shows what it understands"
        return found

    def test_every_fixture_means_what_is_written_beside_it(self) -> None:
        """Captured payloads are tests; parsing them twice says the same: it is pure."""
        for case in self.cases():
            wanted = json.loads(quality.expected(case).read_text("utf-8"))
            first, second = (self.meaning(case) for _ in range(2))
            assert first == second
            assert first == wanted, case.name

    def meaning(self, case: Path) -> Any:
        """What a fixture means, as JSON."""
        return json.loads(json.dumps(facts(self.made().parse(self.delivery(case)))))

    @pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_bytes_are_malformed_and_nothing_else(self, body: bytes) -> None:
        """No body makes the parser fail in a way that tells of its inside."""
        with contextlib.suppress(Malformed):
            self.made().parse(Delivery("k", "", body))

    def test_no_value_of_any_field_breaks_it(self) -> None:
        """A fixture with something odd in it is understood, kept or malformed; each fact has an id, a party a value."""
        self.alter(QUICK)

    @pytest.mark.slow
    def test_none_of_thousands_does(self) -> None:
        """The same, in every place."""
        self.alter(MANY)

    def alter(self, count: int) -> None:
        """About so many altered fixtures, from all of them alike and the same ones each time."""
        made, todo = self.made(), [(case, one) for case in self.cases() for one in altered(case.read_bytes())]
        step = max(1, len(todo) // count)
        for case, one in todo[:: step + (step > 1 and step % len(ODD) == 0)]:
            body = one()
            for part in self.parts(made, case, body):
                with contextlib.suppress(Malformed):
                    for fact in made.parse(part):
                        assert fact.id, (case.name, body)
                        assert fact.party is None or fact.party.value, (case.name, body)
                        assert facts([fact])

    def parts(self, made: Connector, case: Path, body: bytes) -> list[Delivery]:
        """A body as deliveries: as its hook splits it; as it would be stored, where it does not come by a hook."""
        try:
            return list(made.split(self.request(body)))
        except Malformed:
            return [dataclasses.replace(self.delivery(case), body=body)]

    def test_a_request_that_proves_nothing_is_refused(self) -> None:
        """A missing header fails (T10)."""
        with pytest.raises(Forged):
            self.made().verify(Request("POST", "/hooks/x", {}, b"{}"))

    def test_one_file_that_is_not_too_large_fits_into_a_message(self) -> None:
        """Where files come with their content, what is allowed alone is allowed."""
        limits = self.made().limits
        assert self.made().streams or limits.media_bytes <= limits.message_bytes

    def test_the_claims_of_quality_toml_are_true(self) -> None:
        """And its level is at least bronze."""
        found = quality.check(self.folder())
        assert found.untrue == []
        assert found.level != "none"

    def test_what_counts_is_pulled(self) -> None:
        """Only a connected or polled channel has a cursor to compare with (``Counts``)."""
        made = self.made()
        assert not isinstance(made, Counts) or isinstance(made, Pulls)

    def test_the_form_asks_for_what_is_required(self) -> None:
        """An empty form names its first missing field; no field is there twice."""
        fields = registry.fields(self.connector)
        assert len({field.name for field in fields}) == len(fields)
        if any(field.required and not field.default and field.kind != "switch" for field in fields):
            with pytest.raises(SetupError) as caught:
                fill(fields, {})
            assert caught.value.field
