"""From which chance on a suggestion is worth showing, or may be merged by itself: learned from what people decided."""

from __future__ import annotations

import math
from collections.abc import Iterable

SUGGESTED = 0.9  # a pair with at least this chance is suggested, until enough was decided
LEAST = 50  # decisions at and above a threshold, before it is trusted
SURE = 1.96  # standard deviations: 19 times of 20 the true share is no lower than the one said


def threshold(decided: Iterable[tuple[float, bool]], wanted: float) -> float | None:
    """The lowest chance from which on at least the share ``wanted`` of suggestions were accepted.

    ``decided``: (chance when it was suggested, accepted) of every decision. The share is meant with all caution: its
    lower bound by Wilson. None when too little was decided to say so.
    """
    found: float | None = None
    accepted = 0
    ranked = sorted(decided, reverse=True)
    for count, (chance, yes) in enumerate(ranked, 1):
        accepted += yes
        last_of_its_chance = count == len(ranked) or ranked[count][0] != chance
        if last_of_its_chance and count >= LEAST and at_least(accepted, count) >= wanted:
            found = chance
    return found


def at_least(accepted: int, of: int) -> float:
    """How high the true share of acceptances is at least, by Wilson's score interval; 0 of none."""
    if of == 0:
        return 0.0
    share, square = accepted / of, SURE * SURE
    middle = share + square / (2 * of)
    width = SURE * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - width) / (1 + square / of))
