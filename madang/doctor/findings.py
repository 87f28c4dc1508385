"""What the doctor says: one finding a thing looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Level = Literal["well", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``topic`` says of what; ``said`` what is so, ``todo`` what to do. Only a problem makes the exit code 1."""

    level: Level
    topic: str
    said: str
    todo: str = ""


def well(topic: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding("well", topic, said)


def note(topic: str, said: str, todo: str = "") -> Finding:
    """Good to know; nothing is broken."""
    return Finding("note", topic, said, todo)


def problem(topic: str, said: str, todo: str) -> Finding:
    """Something does not work, or soon will not."""
    return Finding("problem", topic, said, todo)


def lasting(seconds: float) -> str:
    """4 s, 12 min, 3 h, 2 days: the largest unit that says enough."""
    whole = int(timedelta(seconds=max(0.0, seconds)).total_seconds())
    for size, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if whole >= 2 * size:
            return f"{whole // size} {name}"
    return f"{whole} s"


def size(amount: float) -> str:
    """640 MB, 12.5 GB."""
    return f"{amount / 2**30:.1f} GB" if amount >= 2**30 else f"{amount / 2**20:.0f} MB"
