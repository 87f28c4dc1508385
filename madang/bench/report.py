"""A run for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from madang.bench.figures import Figure

COLUMNS = ("scenario", "value", "unit", "p50 ms", "p99 ms", "budget", "limit", "")
MARKS = {True: "ok", False: "MISSED", None: ""}


def as_json(machine: dict[str, Any], figures: Sequence[Figure], command: str, when: str) -> str:
    """The promised shape; more keys may come, none goes."""
    return msgspec.json.format(
        msgspec.json.encode({"machine": machine, "scenarios": figures, "command": command, "when": when}), indent=1
    ).decode()


def as_table(machine: dict[str, Any], figures: Sequence[Figure]) -> str:
    """For a terminal: the machine, a line a figure, then what was noted."""
    rows = [COLUMNS, *(_row(one) for one in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [
        "  ".join(_cell(text, width, at) for at, (text, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    notes = [f"{one.name}: {one.note}" for one in figures if one.note]
    return "\n".join([*_machine(machine), "", *(line.rstrip() for line in lines), "", *notes])


def number(value: float | None) -> str:
    """As people read it: 8,000, 12.3, nothing where nothing was measured."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _row(one: Figure) -> tuple[str, ...]:
    return (
        one.name,
        number(one.value),
        one.unit,
        "" if one.p50 is None else number(one.p50),
        "" if one.p99 is None else number(one.p99),
        "" if one.budget is None else number(one.budget),
        "" if one.limit is None else number(one.limit),
        MARKS[one.ok],
    )


def _cell(text: str, width: int, place: int) -> str:
    """Words begin at the left, numbers end at the right."""
    return text.ljust(width) if place in (0, 2, len(COLUMNS) - 1) else text.rjust(width)


def _machine(machine: dict[str, Any]) -> Iterable[str]:
    for name, value in machine.items():
        if isinstance(value, dict):
            yield f"{name}: {', '.join(f'{key} {one}' for key, one in value.items())}"
        else:
            yield f"{name}: {' '.join(map(str, value)) if isinstance(value, list) else value}"
