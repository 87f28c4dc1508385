"""What a form asks, as its set-up says, and what somebody has filled in, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from madang.channels.book import Bound
from madang.customers.normal import normalise
from madang.lib.language import gettext as _

TEXT_LIMIT = 10_000
SHORT = 200
ORDERS = 20
TRAP = "website"  # a field nobody sees: who fills it in is a program


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: ``kind`` is text, email, tel, choice, words, files or box."""

    name: str
    label: str
    kind: str
    required: bool
    help: str = ""
    autocomplete: str = "off"
    choices: tuple[str, ...] = ()
    link: str = ""


@dataclass(slots=True)
class Filled:
    """What stands in each field, and what is wrong with it. ``general`` is about the whole form."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    general: str = ""

    def value(self, name: str) -> str:
        """'' for what was not asked or not answered."""
        return self.values.get(name, "")

    @property
    def orders(self) -> list[str]:
        """Order numbers, written with commas or spaces between them."""
        return self.value("orders").replace(",", " ").split()[:ORDERS]


def fields(bound: Bound) -> list[Asked]:
    """What this form asks, in order. Call it while speaking the reader's language."""
    given = bound.row.settings
    made = [
        _asked(given, "name", _("Name"), "text", "name"),
        _asked(given, "email", _("E-mail address"), "email", "email", _("Our answer goes there.")),
        _asked(given, "phone", _("Phone number"), "tel", "tel"),
        Asked("topic", _("Topic"), "choice", True, choices=topics(bound)) if topics(bound) else None,
        _asked(given, "orders", _("Order number"), "text", "off", _("Several with a comma between them.")),
        Asked("text", _("Message"), "words", True),
        _asked(given, "files", _("Files"), "files", "off", _("At most 10, each up to 25 MB.")),
        _consent(given),
    ]
    return [one for one in made if one is not None]


def topics(bound: Bound) -> tuple[str, ...]:
    """What can be chosen from."""
    return tuple(str(one)[:SHORT] for one in bound.row.settings.get("topics") or ())


def _asked(given: Mapping[str, Any], name: str, label: str, kind: str, complete: str, help: str = "") -> Asked | None:
    how = str(given.get(f"ask_{name}") or "off")
    return None if how == "off" else Asked(name, label, kind, how == "required", help, complete)


def _consent(given: Mapping[str, Any]) -> Asked | None:
    words, link = str(given.get("consent") or ""), str(given.get("consent_url") or "")
    good = link if link.startswith(("https://", "http://")) else ""
    return Asked("consent", words, "box", True, link=good) if words else None


def read(bound: Bound, asked: list[Asked], form: Mapping[str, Any]) -> Filled:
    """Every field of a post. What was typed stays, whatever is wrong with it."""
    made = Filled()
    region = str(bound.row.settings.get("region") or "").upper()
    for one in asked:
        if one.kind == "files":
            continue
        given = form.get(one.name, "")
        value = _clean(given if isinstance(given, str) else "", one)
        made.values[one.name] = value
        if problem := _problem(one, value, region):
            made.errors[one.name] = problem
    return made


def _clean(value: str, one: Asked) -> str:
    plain = value.replace("\x00", "").replace("\r\n", "\n")
    return plain.strip() if one.kind == "words" else " ".join(plain.split())


def _problem(one: Asked, value: str, region: str) -> str:
    if not value:
        return _empty(one) if one.required else ""
    most = TEXT_LIMIT if one.kind == "words" else SHORT
    if len(value) > most:
        return _("This is %(n)s characters too long.") % {"n": len(value) - most}
    if one.kind == "email" and not normalise("email", value):
        return _("This does not look like an e-mail address. Please check it.")
    if one.kind == "tel" and not normalise("phone", value, region):
        return _("This does not look like a phone number. Write it like 010-1234-5678, or with + and the country.")
    if one.kind == "choice" and value not in one.choices:
        return _("Choose one of the list.")
    return ""


def _empty(one: Asked) -> str:
    if one.kind == "box":
        return _("Please agree, or we may not answer you.")
    return _("Choose one of the list.") if one.kind == "choice" else _("Please fill this in.")
