"""Steps as rows of a form, and back: every step posts the same fields, lists side by side, so that no script is needed.

The buttons of the editor are words in ``act``: ``add say``, ``remove 2``, ``up 2``, ``down 2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from madang.conversations.steps.vocabulary import MOST, STEPS, Step
from madang.lib.lists import moved

FIELDS = ("do", "ko", "en", "to", "tags", "level", "until", "field", "value", "guide", "files")


@dataclass(frozen=True, slots=True)
class Row:
    """One step as the form has it; everything is text."""

    do: str = "say"
    ko: str = ""
    en: str = ""
    to: str = "me"
    tags: str = ""
    level: str = "high"
    until: str = ""
    field: str = ""
    value: str = ""
    guide: str = ""
    files: str = ""

    @property
    def keys(self) -> list[str]:
        """Of its files."""
        return self.files.split()

    def step(self) -> dict[str, Any]:
        """As JSON, with the fields its kind has; what is wrong with them is said by the check."""
        given = {
            "text": {name: text for name, text in (("ko", self.ko), ("en", self.en)) if text.strip()},
            "files": self.keys,
            "to": self.to,
            "tags": [tag.strip() for tag in self.tags.split(",") if tag.strip()],
            "level": self.level,
            "until": self.until,
            "field": self.field,
            "value": self.value,
            "guide": int(self.guide) if self.guide.isascii() and self.guide.isdecimal() else None,
        }
        kind = STEPS.get(self.do)
        return {"do": self.do} | {one.name: given[one.name] for one in (kind.fields if kind else ())}


class Form(msgspec.Struct):
    """What the editor posts. ``shared``: "" hers alone, "all", or "team:3". ``in_brand``: a number, '' all."""

    name: str = ""
    shared: str = ""
    in_brand: str = ""
    act: str = ""
    about: str = ""
    spoken: str = ""
    do: list[str] = []
    ko: list[str] = []
    en: list[str] = []
    to: list[str] = []
    tags: list[str] = []
    level: list[str] = []
    until: list[str] = []
    field: list[str] = []
    value: list[str] = []
    guide: list[str] = []
    files: list[str] = []

    def rows(self) -> list[Row]:
        """The steps, as many as there are kinds; what a list lacks is empty."""
        lists = {name: getattr(self, name) for name in FIELDS}
        return [
            Row(**{name: some[at] for name, some in lists.items() if at < len(some)})
            for at in range(min(len(self.do), MOST))
        ]


def rows_of(steps: Sequence[Step]) -> list[Row]:
    """What is saved, as the form has it."""
    return [_row(step) for step in steps]


def _row(step: Step) -> Row:
    text = step.get("text", {})
    plain = {name: str(step[name]) for name in ("to", "level", "until", "field", "value", "guide") if name in step}
    lists = {"tags": ", ".join(step.get("tags", ())), "files": " ".join(step.get("files", ()))}
    return Row(step["do"], ko=text.get("ko", ""), en=text.get("en", ""), **plain, **lists)


def changed(rows: list[Row], act: str) -> list[Row]:
    """The rows after one of the editor's own buttons."""
    word, _space, rest = act.partition(" ")
    if word == "add" and rest in STEPS and len(rows) < MOST:
        return [*rows, Row(rest)]
    return moved(rows, act)
