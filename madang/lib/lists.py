"""A list that somebody puts in order by buttons: pure."""

from __future__ import annotations

from typing import TypeVar

One = TypeVar("One")


def moved(some: list[One], act: str) -> list[One]:
    """``some`` after ``remove 2``, ``up 2``, ``down 2`` or ``move 2 0``; as it is for anything else."""
    word, *numbers = act.split()
    if not numbers or not all(one.isascii() and one.isdecimal() and len(one) < 5 for one in numbers):
        return some
    at = int(numbers[0])
    to = {"up": at - 1, "down": at + 1, "move": int(numbers[-1])}.get(word)
    if at >= len(some) or (to is None and word != "remove"):
        return some
    rest = some[:at] + some[at + 1 :]
    if to is None:
        return rest
    to = max(0, min(to, len(rest)))
    return [*rest[:to], some[at], *rest[to:]]
