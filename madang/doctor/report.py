"""The examination on paper: for people with what to do, for programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from madang import __version__
from madang.conversations.ledger import Line
from madang.doctor.examination import Examined
from madang.settings import SETTINGS, Settings
from madang.settings_values import as_text

MARKS = {"well": "  ok     ", "note": "  note   ", "problem": "! PROBLEM"}
COLUMNS = ("received", "taken_in", "quarantined", "waiting", "sent", "failed", "unsure", "outbox", "missing")


def told(made: Examined) -> Iterator[str]:
    """Line by line; what is wrong stands last, where the eye is."""
    yield from _ledger(made.lines)
    for level in ("well", "note", "problem"):
        for one in made.findings:
            if one.level == level:
                yield f"{MARKS[level]}  {one.topic}: {_one_line(one.said)}"
                if one.todo:
                    yield f"             → {one.todo}"
    wrong = sum(one.level == "problem" for one in made.findings)
    notes = sum(one.level == "note" for one in made.findings)
    yield ""
    yield f"Madang {__version__}: {len(made.findings)} things looked at, {wrong} problems, {notes} notes."


def _ledger(lines: Sequence[Line]) -> Iterator[str]:
    if not lines:
        return
    heads = ("channel", *(name.replace("_", " ") for name in COLUMNS), "last in")
    rows = [
        (
            _one_line(f"{one.channel_id} {one.name}")[:32],
            *(str(getattr(one, name)) for name in COLUMNS),
            _at(one.last_in),
        )
        for one in lines
    ]
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    for row in (heads, *rows):
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *others))
    yield ""


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def _one_line(words: str) -> str:
    """What a provider or a person wrote cannot move the cursor of whoever reads it."""
    return "".join(letter if letter.isprintable() else "·" for letter in words)


def document(made: Examined, settings: Settings) -> str:
    """``{"version", "ok", "findings": [{"level", "topic", "said", "todo"}], "channels": […], "settings": {…}}``."""
    shown: dict[str, Any] = {
        "version": __version__,
        "ok": made.good,
        "findings": [asdict(one) for one in made.findings],
        "channels": [asdict(one) for one in made.lines],
        "settings": {one.name: _shown(one.name, one.secret, settings) for one in SETTINGS},
    }
    return json.dumps(shown, ensure_ascii=False, indent=2, default=_json)


def _shown(name: str, secret: bool, settings: Settings) -> str:
    value = as_text(getattr(settings, name.removeprefix("MADANG_").lower()))
    return "(set)" if secret and value else value


def _json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
