"""How good learned weights are: by their own reckoning, and by what people decided."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from madang.customers.matching.scoring import score
from madang.customers.matching.weights import Weights

FEWEST = 20  # decisions, before weights are held against them
WORSE = 0.02  # bits a decision by which they may surprise more than the ones in use
LEAST = 1e-6  # a chance is never less, nor nearer to certainty

Row = dict[str, Any]


class Case(NamedTuple):
    """Two of whom somebody said whether they are one."""

    left: Row
    right: Row
    same: bool


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """``pairs`` were looked at; ``suggested`` of them are asked about; of those ``precision`` are right, and they are
    ``recall`` of all true ones among the pairs, by the weights' own reckoning.

    ``decided``: so many decisions; ``right``, ``before_right``: how many of them the new and the old weights judge as
    people did; ``surprise``, ``before_surprise``: bits a decision by which people surprised them.
    """

    pairs: int
    suggested: int
    precision: float
    recall: float
    true: float
    decided: int = 0
    right: int = 0
    before_right: int = 0
    surprise: float = 0.0
    before_surprise: float = 0.0

    @property
    def worse(self) -> bool:
        """Whether people have decided otherwise than these weights would, more than those in use."""
        return self.decided >= FEWEST and self.surprise > self.before_surprise + WORSE


def judged(cases: Sequence[Case], new: Weights, old: Weights, suggest: float) -> dict[str, Any]:
    """The part of a :class:`Quality` that decisions say."""
    fresh, before = _chances(cases, new), _chances(cases, old)
    return {
        "decided": len(cases),
        "right": _right(cases, fresh, suggest),
        "before_right": _right(cases, before, suggest),
        "surprise": round(_surprise(cases, fresh), 4),
        "before_surprise": round(_surprise(cases, before), 4),
    }


def _chances(cases: Iterable[Case], by: Weights) -> list[float]:
    return [score(one.left, one.right, by).probability for one in cases]


def _right(cases: Sequence[Case], said: Sequence[float], suggest: float) -> int:
    return sum((found >= suggest) == one.same for one, found in zip(cases, said, strict=True))


def _surprise(cases: Sequence[Case], said: Sequence[float]) -> float:
    if not cases:
        return 0.0
    believed = [found if one.same else 1 - found for one, found in zip(cases, said, strict=True)]
    return -sum(math.log2(min(max(one, LEAST), 1 - LEAST)) for one in believed) / len(cases)
