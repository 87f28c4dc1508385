"""The nodes of a condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = str | int | float | bool | date | tuple[str, ...] | None
Many = Literal["at_least", "at_most", "exactly"]


@dataclass(frozen=True, slots=True)
class All:
    """Every part is true; without a part it is true."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One part at least is true. It has one part at least."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is false."""

    part: Node


@dataclass(frozen=True, slots=True)
class Test:
    """One field against a value; which ``op`` takes which value is in ``vocabulary.OPERATORS``."""

    field: str
    op: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Window:
    """When something happened: in the last so many days (today and ``days`` whole days before), or between two days.

    Both ends are within. Without any of them: ever.
    """

    days: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """So many events of a kind in a window; ``where`` is asked of the data of each."""

    kind: str
    many: Many = "at_least"
    n: int = 1
    window: Window = Window()
    where: Node = All(())


Node = All | Either | Not | Test | Happened


def leaves(node: Node) -> Iterator[Test | Happened]:
    """Every test in it, from left to right; not those asked of an event's data."""
    if isinstance(node, All | Either):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        yield node
