"""How likely two records are one person, and what says so: Splink's arithmetic in plain Python, for one customer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from madang.customers.matching.comparisons import COMPARISONS, Comparison, Level
from madang.customers.matching.conditions import Row
from madang.customers.matching.weights import Weights, share
from madang.customers.matching.words import words


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says: the level on which it agrees, and its weight in bits (0: nothing, negative: against)."""

    field: str
    level: str
    bits: float

    @property
    def words(self) -> str:
        """What it says, as a msgid."""
        return words(self.field, self.level)


@dataclass(frozen=True, slots=True)
class Score:
    """``bits`` is Splink's match weight: ``prior`` and all evidence added up."""

    bits: float
    prior: float
    evidence: tuple[Evidence, ...]

    @property
    def probability(self) -> float:
        """The same as a chance, 0 to 1."""
        return chance(self.bits)


def chance(bits: float) -> float:
    """A weight as a probability."""
    odds = math.exp2(min(bits, 1000.0))
    return odds / (1.0 + odds)


def weight(probability: float) -> float:
    """A probability (0 < p < 1) as a weight in bits."""
    return math.log2(probability / (1.0 - probability))


def score(left: Row, right: Row, learned: Weights) -> Score:
    """Two records by what was learned. Rows as ``Record.row`` makes them; the order of the two does not matter."""
    evidence = tuple(_evidence(one, left, right, learned) for one in COMPARISONS)
    prior = weight(learned.prior)
    return Score(prior + sum(one.bits for one in evidence), prior, evidence)


def likely(row: Row, others: Mapping[int, Row], learned: Weights, at_least: float) -> list[tuple[int, Score]]:
    """Who of the candidates is the same person with such a chance, the likeliest first."""
    scored = [(number, score(row, other, learned)) for number, other in others.items()]
    return sorted(((number, found) for number, found in scored if found.probability >= at_least), key=_rank)


def _rank(one: tuple[int, Score]) -> tuple[float, int]:
    return -one[1].bits, one[0]


def level(comparison: Comparison, left: Row, right: Row) -> Level:
    """The first level of a comparison that holds."""
    return next(one for one in comparison.levels if one.when is None or one.when.holds(left, right))


def _evidence(comparison: Comparison, left: Row, right: Row, learned: Weights) -> Evidence:
    found = level(comparison, left, right)
    if not found.counts:
        return Evidence(comparison.field, found.name, 0.0)
    known = learned.levels[comparison.field][found.name]
    bits = known.bits
    if found.rare:  # agreeing on a frequent value says less, on a rare one more
        bits += math.log2(known.u) - math.log2(share(learned, found.rare, left[found.rare]))
    return Evidence(comparison.field, found.name, bits)
