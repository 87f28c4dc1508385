"""The tests every CRM inherits: subclass :class:`CrmContractTests` in its folder and bring a provider to try it on."""

from __future__ import annotations

import contextlib
import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import pytest

from madang.channels import quality, registry
from madang.channels.connector import Forged, Malformed, Request, SetupError
from madang.channels.crm import Crm, Write
from madang.channels.setup import fill
from madang.channels.testing import HOSTILE


class Side(ABC):
    """The provider in a test's hands. ``text`` is a property that takes any text, ``refused`` what it refuses."""

    crm: Crm
    text: str
    refused: tuple[str, str]  # property, value

    @abstractmethod
    async def add(self, email: str, text: str) -> str:
        """A contact; returns its id."""

    @abstractmethod
    async def change(self, number: str, text: str) -> None:
        """Somebody there changes it."""

    @abstractmethod
    async def delete(self, number: str) -> None:
        """Somebody there deletes it."""


class CrmContractTests:
    """What the house asks of every CRM. ``side`` is a fixture of the subclass."""

    connector: ClassVar[str]

    def folder(self) -> Path:
        """Its folder."""
        return registry.entry(self.connector).folder

    def test_the_claims_of_quality_toml_are_true(self) -> None:
        """And its level is at least bronze."""
        found = quality.check(self.folder())
        assert found.untrue == []
        assert found.level != "none"

    def test_it_is_a_crm_and_no_channel(self) -> None:
        """It is offered where CRMs are connected, not where channels are."""
        assert self.connector in registry.crms()
        assert self.connector not in registry.entries()

    def test_the_form_asks_for_what_is_required(self) -> None:
        """An empty form names its first missing field."""
        fields = registry.fields(self.connector)
        assert len({field.name for field in fields}) == len(fields)
        if any(field.required and not field.default and field.kind != "switch" for field in fields):
            with pytest.raises(SetupError) as caught:
                fill(fields, {})
            assert caught.value.field

    async def test_every_fixture_means_what_is_written_beside_it(self, side: Side) -> None:
        """Captured webhooks are tests."""
        for case in [path for path in sorted((self.folder() / "fixtures").glob("*")) if ".expected." not in path.name]:
            said = side.crm.hear(Request("POST", "/crm/x", {}, case.read_bytes()))
            assert [[one.id, one.what] for one in said] == json.loads(quality.expected(case).read_text("utf-8"))

    async def test_a_webhook_that_proves_nothing_is_refused(self, side: Side) -> None:
        """A missing signature fails."""
        with pytest.raises(Forged):
            side.crm.verify(Request("POST", "/crm/x", {}, b"[]"))

    @pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
    async def test_hostile_bytes_are_malformed_and_nothing_else(self, side: Side, body: bytes) -> None:
        """No body makes it fail in a way that tells of its inside."""
        with contextlib.suppress(Malformed):
            side.crm.hear(Request("POST", "/crm/x", {}, body))

    async def test_the_setup_works_and_says_what_can_be_mapped(self, side: Side) -> None:
        """A property that it guesses is one it offers."""
        await side.crm.check()
        offered = {one.name for one in await side.crm.properties()}
        assert {side.text, *side.crm.guesses.values()} <= offered

    async def test_everybody_comes_once(self, side: Side) -> None:
        """However many pages that is."""
        made = {await side.add(f"p{n}@x.example", f"t{n}") for n in range(side.crm.limits.batch + 3)}
        found: list[str] = []
        cursor, more = "", True
        while more:
            page = await side.crm.everyone(cursor, [side.text])
            found += [one.id for one in page.contacts]
            cursor, more = page.cursor, page.more
        assert sorted(found) == sorted(made)
        assert await side.crm.count() == len(made)

    async def test_a_change_is_found_since_the_cursor(self, side: Side) -> None:
        """Also one that is made twice, and nobody is missed."""
        begun = await side.crm.changed("", [side.text])
        assert not begun.contacts
        assert not begun.more
        one = await side.add("a@x.example", "before")
        await side.change(one, "after")
        page = await side.crm.changed(begun.cursor, [side.text])
        assert {contact.id: contact.values[side.text] for contact in page.contacts}[one] == "after"
        assert not page.more

    async def test_contacts_are_read_by_id_and_by_address(self, side: Side) -> None:
        """Those that are deleted are not there, and strangers neither."""
        one, two = await side.add("a@x.example", "a"), await side.add("b@x.example", "b")
        await side.delete(two)
        read = await side.crm.read([one, two, "999999"], [side.text])
        assert {number: found.values[side.text] for number, found in read.items()} == {one: "a"}
        found = await side.crm.find(["a@x.example", "b@x.example", "c@x.example"], [side.text])
        assert {mail: contact.id for mail, contact in found.items()} == {"a@x.example": one}
        assert read[one].emails[0] == "a@x.example"
        assert read[one].at.tzinfo is not None

    async def test_writing_twice_is_once_and_one_wrong_holds_up_nobody(self, side: Side) -> None:
        """What stands there afterwards is answered."""
        one = await side.add("a@x.example", "a")
        name, wrong = side.refused
        writes = [
            Write(1, {side.text: "changed"}, id=one),
            Write(2, {side.text: "made"}, email="new@x.example"),
            Write(3, {name: wrong}, email="wrong@x.example"),
        ]
        for again in (False, True):
            answers: dict[int, Any] = {answer.key: answer for answer in await side.crm.write(writes)}
            assert set(answers) == {1, 2, 3}
            assert answers[1].contact.values[side.text] == "changed"
            assert answers[2].contact.values[side.text] == "made"
            assert answers[2].new is not again
            assert answers[3].contact is None
            assert answers[3].problem
        assert await side.crm.count() == 2
