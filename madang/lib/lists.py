"""A list that somebody puts in order by buttons: pure."""

from __future__ import annotations

from typing import TypeVar

One = TypeVar("One")


def moved(some: list[One], act: str) -> list[One]:
    """``some`` after ``remove 2``, ``up 2`` or ``down 2``; as it is for anything else."""
    word, _space, number = act.partition(" ")
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        return some
    at = int(number)
    to = {"up": at - 1, "down": at + 1}.get(word)
    if at >= len(some) or (to is None and word != "remove"):
        return some
    rest = some[:at] + some[at + 1 :]
    if to is None:
        return rest
    to = max(0, min(to, len(rest)))
    return [*rest[:to], some[at], *rest[to:]]
