"""The last touch to what Splink learned, by all pairs with a key in common: how rare it is that strangers agree.

Splink learns ``u`` from pairs drawn at random. There, of a million, none shares a telephone, and some of the few that
share a mailbox are one person: a level that strangers hardly ever reach comes out too common, or as never seen. But
whoever agrees so closely has a key in common. So one looks at those pairs, and by the weights it has counts how many
of them are strangers, and from that how many such pairs there are among all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from madang.customers.matching import statements
from madang.customers.matching.comparisons import COMPARISONS, Comparison
from madang.customers.matching.crowd import Crowd
from madang.customers.matching.scoring import chance, weight
from madang.customers.matching.weights import Learned

Levels = Mapping[str, Mapping[str, Learned]]
LOOKED_AT = 1_000_000  # pairs, of those with a key in common
ALONE = 0.8  # the chance that one reason alone gives at most
SAMPLE = 1_000_000  # pairs drawn at random, from which Splink learns what strangers have in common
ROUNDS = 3
ENOUGH = 30.0  # true pairs in which both say something of a field: with fewer, nothing is learned about it
RARE = 12  # bits in favour of a level on which no pair of strangers drawn at random stood, until they are counted
ALWAYS = 0.002  # faults happen: of true pairs at least so many stand on any level, and no field alone rules one out


@dataclass(frozen=True, slots=True)
class Pattern:
    """On which level of each comparison (None: not known) so many pairs stand; ``same`` where somebody decided."""

    levels: tuple[int | None, ...]
    pairs: float
    same: bool | None = None


@dataclass(slots=True)
class Stood:
    """By level of a comparison (-1: not known), how many pairs of one person and of strangers stand on it."""

    same: dict[int, float] = field(default_factory=dict)
    strange: dict[int, float] = field(default_factory=dict)

    def count(self, level: int, same: float, strange: float) -> None:
        """So many more."""
        self.same[level] = self.same.get(level, 0.0) + same
        self.strange[level] = self.strange.get(level, 0.0) + strange

    def strangers(self) -> float:
        """Those of whom something is known."""
        return sum(count for level, count in self.strange.items() if level >= 0)


def patterns(crowd: Crowd, decided: Mapping[tuple[int, int], bool]) -> list[Pattern]:
    """Of the pairs with a key in common; of many a part, counted for all. What was decided is counted as itself."""
    part = max(1, int(crowd.one("select count(*) from pair")) // LOOKED_AT)
    crowd.duck.execute(statements.DECISIONS)
    if decided:
        told = [(left, right, same) for (left, right), same in decided.items()]
        crowd.duck.executemany(statements.DECIDE, told)
    rows = crowd.rows(statements.patterns(part))
    return [Pattern(tuple(row[:-2]), float(row[-1] * (part if row[-2] is None else 1)), row[-2]) for row in rows]


def known(crowd: Crowd) -> list[float]:
    """By comparison, of all pairs the part of which anything is known, from pairs drawn at random."""
    return [float(part or 0.0) for part in crowd.rows(statements.known())[0]]


def refine(
    drawn: Levels,
    found: Sequence[Pattern],
    parts: Sequence[float],
    pairs: float,
    prior: float,
    other: Levels,
    *,
    counted: bool = False,
) -> tuple[dict[str, dict[str, Learned]], float]:
    """The levels and the prior anew: ``found`` of :func:`patterns`, ``parts`` of :func:`known`, of so many ``pairs``.

    ``other``: what is taken for a comparison of which there is too little to learn from. ``counted``: ``m`` was counted
    in true pairs and stays.
    """
    now = {field: {name: _begun(one) for name, one in some.items()} for field, some in drawn.items()}
    now |= {one.field: neutral()[one.field] for one in COMPARISONS if one.among_keyed}
    for _ in range(ROUNDS):
        stood = _judged(now, found, prior)
        prior = max(sum(stood[0].same.values()), 1.0) / pairs
        for comparison, part, one in zip(COMPARISONS, parts, stood, strict=True):
            name = comparison.field
            if sum(count for level, count in one.same.items() if level >= 0) < ENOUGH:
                now[name] = dict(other[name])
            else:
                kept = drawn[name] if counted else _shared(comparison, one)
                if comparison.among_keyed:
                    unseen = {level: Learned(0.0, 0.0) for level in now[name]}
                    now[name] = _anew(comparison, unseen, kept, one, max(one.strangers(), 1.0), 0.0)
                else:
                    now[name] = _anew(comparison, drawn[name], kept, one, pairs * part, prior)
    return {name: _bounded(some, prior) for name, some in now.items()}, prior


def _bounded(some: Mapping[str, Learned], prior: float) -> dict[str, Learned]:
    """No reason suggests two people by itself: a telephone may be a family's, a mailbox a couple's."""
    most = weight(ALONE) - weight(prior)
    return {name: Learned(one.m, max(one.u, one.m * 2.0**-most)) for name, one in some.items()}


def _begun(drawn: Learned) -> Learned:
    """To begin with: what Splink did not see is rare, what it saw of neither says nothing."""
    if drawn.u and drawn.m:
        return Learned(max(drawn.m, ALWAYS), drawn.u)
    return (
        Learned(ALWAYS, drawn.u)
        if drawn.u
        else Learned(max(drawn.m, ALWAYS), max(drawn.m * 2.0**-RARE, ALWAYS * (not drawn.m)))
    )


def _judged(now: Levels, found: Sequence[Pattern], prior: float) -> list[Stood]:
    """Of each comparison, by the weights as they are now."""
    bits = [[now[one.field][level.name].bits if level.counts else 0.0 for level in one.levels] for one in COMPARISONS]
    stood = [Stood() for _ in COMPARISONS]
    start = weight(prior)
    for one in found:
        if one.same is None:
            said = sum(bits[place][level] for place, level in enumerate(one.levels) if level is not None)
            likely = chance(start + said)
        else:
            likely = float(one.same)
        for place, level in enumerate(one.levels):
            stood[place].count(-1 if level is None else level, likely * one.pairs, (1.0 - likely) * one.pairs)
    return stood


def _shared(comparison: Comparison, stood: Stood) -> dict[str, Learned]:
    """``m`` anew: how the true pairs are shared out among the levels."""
    sure = sum(count for level, count in stood.same.items() if level >= 0)
    return {
        level.name: Learned(stood.same.get(number, 0.0) / sure, 1.0)
        for number, level in enumerate(comparison.levels)
        if level.counts
    }


def _anew(
    comparison: Comparison,
    drawn: Mapping[str, Learned],
    kept: Mapping[str, Learned],
    stood: Stood,
    pairs: float,
    prior: float,
) -> dict[str, Learned]:
    """``u`` anew: of so many pairs of which both sides are known, at least as many strangers as were found."""
    made = {}
    for number, level in enumerate(comparison.levels):
        if level.counts:
            m = (kept[level.name].m + ALWAYS) / (1 + ALWAYS * len(kept))
            u = max(stood.strange.get(number, 0.0) / pairs, _surely(drawn[level.name].u) - prior * m, 0.5 / pairs)
            if stood.same.get(number, 0.0) < 1.0:  # it says something, but nobody stood there to say how much
                u = max(u, m * 2.0**-RARE)
            made[level.name] = Learned(m, min(u, 1.0))
    return made


def _surely(drawn: float) -> float:
    """A share of the pairs drawn at random, as low as it may be: of ten that agreed chance may have brought six."""
    found = drawn * SAMPLE
    return max(0.0, found - 2 * math.sqrt(found)) / SAMPLE


def neutral() -> dict[str, dict[str, Learned]]:
    """Levels of which none says anything."""
    return {one.field: {level.name: Learned(1.0, 1.0) for level in one.levels if level.counts} for one in COMPARISONS}
