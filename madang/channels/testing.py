"""The tests every connector inherits: subclass :class:`ContractTests` in its folder and say how it is configured."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, ClassVar

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


class ContractTests:
    """What the house asks of every connector, whatever its provider."""

    connector: ClassVar[str]

    def config(self) -> Config:
        """A set-up that needs no provider to parse and verify."""
        raise NotImplementedError

    def delivery(self, fixture: Path) -> Delivery:
        """A fixture as it would be stored."""
        return Delivery("fixture", "", fixture.read_bytes())

    def made(self) -> Connector:
        """The connector, bound."""
        return registry.get(self.connector)(self.config())

    def folder(self) -> Path:
        """Its folder."""
        return registry.entry(self.connector).folder

    def test_every_fixture_means_what_is_written_beside_it(self) -> None:
        """Captured payloads are tests; parsing them twice says the same: it is pure."""
        cases = [path for path in sorted((self.folder() / "fixtures").glob("*")) if ".expected." not in path.name]
        assert cases, "a connector shows what it understands"
        for case in cases:
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
