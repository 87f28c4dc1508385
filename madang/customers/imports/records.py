"""One row of a file as a person: what it says in our spelling, and what of it could not be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from madang.customers import typed
from madang.customers.imports import values
from madang.customers.imports.sources import BY_NAME
from madang.customers.imports.targets import FIELD, plain
from madang.customers.normal import email
from madang.customers.plain import LONGEST
from madang.customers.typed import Defined
from madang.lib.errors import Refused
from madang.lib.language import marked as _

PROBLEMS = {
    "email": _("“%(value)s” is no e-mail address."),
    "phone": _("“%(value)s” is no phone number."),
    "region": _("“%(value)s” is no country."),
    "language": _("“%(value)s” is no language."),
    "timezone": _("“%(value)s” is no time zone."),
    "created_at": _("“%(value)s” is no day in the past."),
    "nobody": _(
        "There is no e-mail address, no phone and no number of the other program: she could never be found again."
    ),
    "staff": _("This is a colleague, not a customer."),
    "field": _("“%(value)s” does not fit the field that this column goes to, and is left out."),
    "long": _("“%(value)s” was too long and is cut."),
    "many": _("There are more than 20 addresses; the rest is left out."),
    "two": _(
        "Her addresses are those of two customers, %(value)s. It went to the first; decide among the suggestions "
        "whether they are one."
    ),
    "shared": _("“%(value)s” is another customer’s already and stays hers."),
    "blocked": _("She is blocked, so nothing was changed."),
}
MOST_ADDRESSES, MOST_TAGS, LONGEST_TAG, LONGEST_FIELD, LONGEST_NOTE = 20, 20, 40, 2_000, 10_000
_SEVERAL = re.compile(r"[\n;,]+")


@dataclass(frozen=True, slots=True)
class Meant:
    """How a file is read: a target a column, which program it comes from, and what its values leave open."""

    source: str
    targets: tuple[str, ...]
    columns: tuple[str, ...]
    region: str = "KR"
    timezone: str = "Asia/Seoul"
    day_first: bool = False
    defined: Mapping[str, Defined] = field(default_factory=dict)  # the company's own fields, by name


@dataclass(slots=True)
class Record:
    """``fields``: plain ones by name, custom ones after ``fields.``."""

    row: int
    external_id: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    note: str = ""
    created_at: datetime | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    skip: bool = False

    def say(self, what: str, value: str = "") -> None:
        """Note a problem, by its name in :data:`PROBLEMS`."""
        if len(self.problems) < 10:
            self.problems.append((what, value[:80]))


def record_of(meant: Meant, number: int, cells: Sequence[str]) -> Record:
    """What a row says."""
    made, names = Record(number), {"first_name": "", "last_name": ""}
    for target, cell in zip(meant.targets, cells, strict=False):
        if not target or not cell:
            continue
        if target in names:
            names[target] = " ".join(cell.split())
        else:
            _take(made, meant, target, cell)
    if "name" not in made.fields and any(names.values()):
        _plain(made, "name", _joined(names["first_name"], names["last_name"]))
    _judge(made, meant, cells)
    return made


def _judge(made: Record, meant: Meant, cells: Sequence[str]) -> None:
    source = BY_NAME.get(meant.source)
    for name, others in (source.others if source else {}).items():
        at = next((place for place, column in enumerate(meant.columns) if plain(column) == name), -1)
        if 0 <= at < len(cells) and cells[at].strip().lower() in others:
            made.say("staff")
            made.skip = True
            return
    if not (made.external_id or made.emails or made.phones):
        made.say("nobody")
        made.skip = True


def _take(made: Record, meant: Meant, target: str, cell: str) -> None:
    if target in ("email", "phone"):
        _addresses(made, meant, target, cell)
    elif target == "tags":
        words = {" ".join(one.split())[:LONGEST_TAG] for one in _SEVERAL.split(cell)}
        made.tags = sorted({*made.tags, *filter(None, words)})[:MOST_TAGS]
    elif target == "note":
        made.note = f"{made.note}\n{cell}".strip()[:LONGEST_NOTE]
    elif target == "external_id":
        made.external_id = " ".join(cell.split())[:200]
    elif target == "created_at":
        made.created_at = values.instant(cell, meant.timezone, day_first=meant.day_first)
        if made.created_at is None:
            made.say(target, cell)
    elif target.startswith(FIELD):
        _custom(made, meant, target.removeprefix(FIELD), cell)
    else:
        _plain(made, target, cell)


def _plain(made: Record, target: str, cell: str) -> None:
    read = {"region": values.country, "language": values.language, "timezone": values.timezone}.get(target)
    value = read(cell) if read else _cut(made, " ".join(cell.split()), LONGEST[target])
    if value:
        made.fields[target] = value
    else:
        made.say(target, cell)


def _custom(made: Record, meant: Meant, name: str, cell: str) -> None:
    """Of a field that is defined only what fits it; of any other what stands there."""
    one = meant.defined.get(name)
    if one is None:
        made.fields[f"fields.{name}"] = _cut(made, cell, LONGEST_FIELD)
        return
    try:
        value = typed.value(one, values.spelled(cell, one, meant.timezone, day_first=meant.day_first))
    except Refused:
        made.say("field", cell)
    else:
        if value is not None:
            made.fields[f"fields.{name}"] = value


def _cut(made: Record, text: str, most: int) -> str:
    if len(text) > most:
        made.say("long", text)
    return text[:most]


def _addresses(made: Record, meant: Meant, target: str, cell: str) -> None:
    kept = made.emails if target == "email" else made.phones
    for one in filter(None, (piece.strip() for piece in _SEVERAL.split(cell))):
        value = _mail(one) if target == "email" else values.phone_number(one, meant.region)
        if not value:
            made.say(target, one)
        elif len(kept) >= MOST_ADDRESSES:
            made.say("many")
            return
        elif value not in kept:
            kept.append(value)


def _mail(text: str) -> str:
    inner = re.search(r"<([^<>]+)>\s*$", text)
    return email((inner[1] if inner else text).removeprefix("mailto:").strip())


def _joined(first: str, last: str) -> str:
    """In the order of their language: 김미나, Mia Berg."""
    if any("가" <= letter <= "힣" for letter in first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def labels() -> Mapping[str, str]:
    """Every problem's text, a msgid."""
    return PROBLEMS
