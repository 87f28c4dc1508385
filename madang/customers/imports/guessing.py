"""What the columns of an unknown file probably are: by their headings, else by what stands in them. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from madang.customers.imports import sources
from madang.customers.imports.targets import LEAVE, SEVERAL, by_word, plain
from madang.customers.imports.values import instant, phone_number
from madang.customers.normal import email

ENOUGH = 0.7  # of the values that are there

VCARD = ("external_id", "name", "email", "phone", "company", "language", "timezone", "tags", "note", "region")


def guess(kind: str, columns: Sequence[str], sample: Sequence[Sequence[str]], region: str) -> tuple[str, list[str]]:
    """(the program it comes from or '', a target for each column)."""
    if kind == "vcard":
        return "vcard", list(VCARD)
    source = sources.recognise(columns)
    if source:
        return source.name, _single(sources.mapping_of(source, columns))
    named = [by_word(name) for name in columns]
    for place, target in enumerate(named):
        if target == LEAVE:
            values = [row[place] for row in sample if place < len(row) and row[place]]
            named[place] = _by_values(values, region)
    return "", _single(named)


def digest(columns: Sequence[str]) -> str:
    """A name for a set of columns: files with the same ones are of the same source."""
    return hashlib.sha256("\n".join(sorted(plain(name) or name for name in columns)).encode()).hexdigest()[:32]


def _by_values(values: Sequence[str], region: str) -> str:
    if not values:
        return LEAVE
    if _most(bool(email(one)) for one in values):
        return "email"
    if _most(bool(re.fullmatch(r"\+?[\d\s().\-/]{9,20}", one) and phone_number(one, region)) for one in values):
        looks_dated = _most(bool(instant(one, "UTC", day_first=False)) for one in values)
        return LEAVE if looks_dated else "phone"
    return LEAVE


def _most(answers: Iterable[bool]) -> bool:
    some = list(answers)
    return sum(some) >= ENOUGH * len(some)


def _single(targets: list[str]) -> list[str]:
    """Each target once, but for those of which there may be several; the first column has it."""
    taken: set[str] = set()
    made = []
    for one in targets:
        free = one in SEVERAL or one not in taken
        made.append(one if free else LEAVE)
        taken.add(one)
    return made
