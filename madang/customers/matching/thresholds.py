"""From which chance on a suggestion is worth showing, or may be merged by itself: learned from what people decided."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SUGGESTED = 0.9  # a pair with at least this chance is suggested, until enough was decided
LEAST = 50  # decisions at and above a threshold, before it is trusted
SURE = 1.96  # standard deviations: 19 times of 20 the true share is no lower than the one said
WORTH_ASKING = 0.5  # of what people are asked about, at least this share is to be one person
WORTH_MERGING = 0.98  # and of what is merged without asking them
LOWEST = 0.5  # nobody is asked about what is likelier not so
FLOOR = 0.99  # nobody is merged by itself with a smaller chance, whatever was decided
BANDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)  # as they are shown: from each to the next


@dataclass(frozen=True, slots=True)
class Band:
    """Of the suggestions with a chance ``from_`` up to ``to``: how many were decided, how many of them accepted."""

    from_: float
    to: float
    decided: int
    accepted: int

    @property
    def at_least(self) -> float:
        """How high the share of acceptances is at least."""
        return at_least(self.accepted, self.decided)


def threshold(decided: Iterable[tuple[float, bool]], wanted: float) -> float | None:
    """The lowest chance from which on at least the share ``wanted`` of suggestions were accepted.

    ``decided``: (chance when it was suggested, accepted) of every decision. The share is meant with all caution: its
    lower bound by Wilson. None when too little was decided to say so.
    """
    return lowest([(chance, 1, int(yes)) for chance, yes in decided], wanted)


def lowest(counted: Iterable[tuple[float, int, int]], wanted: float) -> float | None:
    """As :func:`threshold`, of (chance, how many were decided, how many of them accepted)."""
    found: float | None = None
    accepted = count = 0
    ranked = sorted(counted, reverse=True)
    for place, (chance, so_many, yes) in enumerate(ranked, 1):
        count, accepted = count + so_many, accepted + yes
        last_of_its_chance = place == len(ranked) or ranked[place][0] != chance
        if last_of_its_chance and count >= LEAST and at_least(accepted, count) >= wanted:
            found = chance
    return found


def bands(counted: Sequence[tuple[float, int, int]]) -> list[Band]:
    """The same by :data:`BANDS`, the surest first; what lies below them is left out."""
    ends = (*BANDS[1:], 1.0)
    return [
        Band(low, high, sum(one[1] for one in mine), sum(one[2] for one in mine))
        for low, high in reversed(list(zip(BANDS, ends, strict=True)))
        for mine in [[one for one in counted if low <= one[0] and (one[0] < high or high == 1.0)]]
    ]


def at_least(accepted: int, of: int) -> float:
    """How high the true share of acceptances is at least, by Wilson's score interval; 0 of none."""
    if of == 0:
        return 0.0
    share, square = accepted / of, SURE * SURE
    middle = share + square / (2 * of)
    width = SURE * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - width) / (1 + square / of))
