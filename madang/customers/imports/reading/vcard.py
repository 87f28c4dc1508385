"""vCard 3.0 (RFC 2426) and 4.0 (RFC 6350), as phones and address books write them; 2.1 as far as it is alike."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from pathlib import Path

from madang.customers.imports.reading.delimited import encoding_of
from madang.customers.imports.reading.table import LONGEST, Rows, Table, bounded

COLUMNS = ["UID", "FN", "EMAIL", "TEL", "ORG", "LANG", "TZ", "CATEGORIES", "NOTE", "COUNTRY"]
MOST_LINES = 5_000  # of one card; a photograph is more, and is passed over
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_COMMA, _SEMICOLON = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\);")


def open_cards(path: Path) -> Table:
    """Each card is a row; several values of a kind stand below each other in one cell."""
    encoding = encoding_of(path)
    return Table("vcard", encoding.removesuffix("-sig").upper(), COLUMNS, lambda: bounded(_rows(path, encoding), 10))


def _rows(path: Path, encoding: str) -> Rows:
    number, card, lines = 0, dict.fromkeys(COLUMNS, ""), 0
    for line in _unfolded(path, encoding):
        name, parameters, value = _parts(line)
        lines += 1
        if name == "BEGIN":
            card, lines = dict.fromkeys(COLUMNS, ""), 0
        elif name == "END" and value.upper() == "VCARD":
            number += 1
            yield number, [card[one].strip("\n") for one in COLUMNS]
        elif lines <= MOST_LINES:
            _note(card, name, parameters, value)


def _unfolded(path: Path, encoding: str) -> Iterator[str]:
    """Lines, with those that begin with a space joined to the one before; a photograph is cut."""
    held = ""
    with path.open(encoding=encoding, errors="replace") as file:
        while line := file.readline(LONGEST):
            piece = line.rstrip("\r\n")
            if piece[:1] in (" ", "\t"):
                held = (held + piece[1:])[: 2 * LONGEST]
            elif held.endswith("=") and "QUOTED-PRINTABLE" in held.upper():  # 2.1
                held = (held[:-1] + piece)[: 2 * LONGEST]
            else:
                if held:
                    yield held
                held = piece
    if held:
        yield held


def _parts(line: str) -> tuple[str, str, str]:
    head, _, value = line.partition(":")
    if head.count('"') % 2:  # a colon in a quoted parameter
        more, _, value = value.partition('":')
        head = f'{head}:{more}"'
    name, _, parameters = head.partition(";")
    if "QUOTED-PRINTABLE" in parameters.upper():
        value = quopri.decodestring(value.encode("utf-8", "replace")).decode("utf-8", "replace")
    return name.rpartition(".")[2].strip().upper(), parameters.upper(), value.strip()


def _note(card: dict[str, str], name: str, parameters: str, value: str) -> None:
    if name == "N" and not card["FN"]:
        family, given = [*map(_plain, _SEMICOLON.split(value)), "", ""][:2]
        together = f"{family}{given}" if _hangul(family) else f"{given} {family}"
        card["FN"] = together.strip()
    elif name == "FN":
        card["FN"] = _plain(value)
    elif name in ("EMAIL", "TEL"):
        address = re.sub(r"^(mailto|tel):", "", _plain(value), flags=re.IGNORECASE)
        preferred = "PREF" in parameters
        card[name] = f"{address}\n{card[name]}" if preferred else f"{card[name]}\n{address}".lstrip("\n")
    elif name == "ORG":
        card["ORG"] = _plain(_SEMICOLON.split(value)[0])
    elif name == "CATEGORIES":
        card[name] = ",".join(filter(None, (card[name], *map(_plain, _COMMA.split(value)))))
    elif name == "ADR":
        card["COUNTRY"] = card["COUNTRY"] or _plain([*_SEMICOLON.split(value), *[""] * 7][6])
    elif name in card:
        card[name] = card[name] or _plain(value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)
