"""Macros as a file and back, CSV or JSON: names instead of numbers, so that another house can take them in. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from madang.conversations.steps.vocabulary import Known
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.macros.queries import MacroRow

COLUMNS = ("name", "shared", "team", "brand", "ko", "en", "steps")
MOST, LARGEST = 500, 2 << 20  # macros, bytes of one file
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet begins to reckon
YES = ("yes", "true", "1", "예")


class Paper(msgspec.Struct):
    """One macro in a file. ``shared``: not somebody's own; people, teams, guides stand by name in its steps."""

    name: str
    steps: list[dict[str, Any]]
    shared: bool = False
    team: str = ""
    brand: str = ""


class Papers(msgspec.Struct):
    """The whole JSON file."""

    macros: list[Paper]


@dataclass(frozen=True, slots=True)
class Names:
    """Names by number."""

    teams: Mapping[int, str]
    brands: Mapping[int, str]
    known: Known


def papers(rows: Iterable[MacroRow], names: Names) -> list[Paper]:
    """As they are taken out. Files stay behind: a table holds no bytes."""
    return [
        Paper(
            one.name,
            [_outward(step, names) for step in one.steps],
            one.owner_id is None,
            names.teams.get(one.team_id or 0, ""),
            names.brands.get(one.brand_id or 0, ""),
        )
        for one in rows
    ]


def _outward(step: Mapping[str, Any], names: Names) -> dict[str, Any]:
    made = {name: value for name, value in step.items() if name != "files"}
    sort, _colon, number = str(made.get("to", "")).partition(":")
    if number.isdecimal():
        people = names.known.people if sort == "user" else names.known.teams
        made["to"] = f"{sort}:{people.get(int(number), '')}"
    if "guide" in made:
        made["guide"] = names.known.guides.get(made["guide"], "")
    return made


def inward(step: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A step of a file as it is kept; what it names and is not here stays a name, and the check says so."""
    made = dict(step)
    sort, _colon, name = str(made.get("to", "")).partition(":")
    people = {"user": names.known.people, "team": names.known.teams}.get(sort, {})
    if name and (number := numbers(people).get(name.casefold())):
        made["to"] = f"{sort}:{number}"
    if isinstance(made.get("guide"), str):
        made["guide"] = numbers(names.known.guides).get(made["guide"].casefold(), 0)
    return made


def numbers(names: Mapping[int, str]) -> dict[str, int]:
    """Numbers by name."""
    return {name.casefold(): number for number, name in names.items()}


def as_json(some: Sequence[Paper]) -> bytes:
    """The file."""
    return msgspec.json.format(msgspec.json.encode(Papers(list(some))), indent=2)


def as_csv(some: Sequence[Paper]) -> bytes:
    """The file: the words in columns of their own, the other steps as JSON. Excel reads it as UTF-8."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in some:
        said: dict[str, str] = next((step.get("text", {}) for step in one.steps if step["do"] == "say"), {})
        rest = [step for step in one.steps if step["do"] != "say"]
        cells = [one.name, "yes" if one.shared else "no", one.team, one.brand, said.get("ko", ""), said.get("en", "")]
        table.writerow([*map(_harmless, cells), msgspec.json.encode(rest).decode() if rest else ""])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula is shown as it is."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def read(raw: bytes) -> list[Paper]:
    """What a file holds. Raises Refused naming its line."""
    if len(raw) > LARGEST:
        raise Refused(_("This file is too large. At most 2 MB are taken in."), "file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("This file is not in UTF-8. Save it as “CSV UTF-8” and try again."), "file") from None
    found = _of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_csv(text)
    if not found:
        raise Refused(_("There is no macro in this file."), "file")
    if len(found) > MOST:
        raise Refused(_("At most %(n)s macros are taken in at once.") % {"n": MOST}, "file")
    return found


def _of_json(text: str) -> list[Paper]:
    try:
        if text.lstrip().startswith("["):
            return msgspec.json.decode(text, type=list[Paper])
        return msgspec.json.decode(text, type=Papers).macros
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(_("This file cannot be read: %(why)s") % {"why": str(error)[:200]}, "file") from None


def _of_csv(text: str) -> list[Paper]:
    try:
        table = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise Refused(_("This file cannot be read: %(why)s") % {"why": str(error)[:200]}, "file") from None
    return [_line(number, row) for number, row in enumerate(table, 2)]


def _line(number: int, row: Mapping[str | None, Any]) -> Paper:
    cells = {name: _plain(row.get(name)) for name in COLUMNS}
    try:
        rest = msgspec.json.decode(cells["steps"], type=list[dict[str, Any]]) if cells["steps"] else []
    except (msgspec.DecodeError, RecursionError):
        told = {"line": number}
        raise Refused(
            _("Line %(line)s: the steps cannot be read. Take macros out to see how.") % told, "file"
        ) from None
    said = {name: cells[name] for name in ("ko", "en") if cells[name].strip()}
    steps = ([{"do": "say", "text": said}] if said else []) + rest
    return Paper(cells["name"], steps, cells["shared"].casefold() in YES, cells["team"], cells["brand"])


def _plain(cell: Any) -> str:
    text = cell if isinstance(cell, str) else ""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text
