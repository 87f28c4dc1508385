"""What a model has learned: how much each level of agreement says, as a value that can be kept as JSON."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from madang.customers.matching.comparisons import COMPARISONS, RAREST

FORMAT = 1


class Learned(msgspec.Struct, frozen=True):
    """Of one level: how often true pairs (``m``) and pairs of strangers (``u``) stand on it, 0 to 1."""

    m: float
    u: float

    @property
    def bits(self) -> float:
        """The match weight: log2 of how many times likelier the level is for one person than for two."""
        return math.log2(self.m / self.u)


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """A trained model. ``levels``: by field and level. ``shares``: by column, the share of records that have a value,
    of values more frequent than ``RAREST`` only. ``prior``: the chance that two records at random are one person.

    ``shape`` says for which comparisons they were learned: weights of another shape are refused.
    """

    prior: float
    levels: dict[str, dict[str, Learned]]
    shares: dict[str, dict[str, float]] = {}
    format: int = FORMAT
    shape: str = ""
    trained: str = ""  # when, ISO 8601
    source: str = ""  # on what, for people
    records: int = 0

    def json(self) -> bytes:
        """To be kept; :func:`weights` reads it."""
        return msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=1)


class OtherShape(ValueError):
    """The weights were trained for other comparisons than this version has: train again."""


def shape() -> str:
    """A name of the comparisons as they are declared now."""
    said = repr([(one.field, [(level.name, level.when, level.rare) for level in one.levels]) for one in COMPARISONS])
    return hashlib.sha256(f"{said} {RAREST}".encode()).hexdigest()[:16]


def weights(kept: bytes) -> Weights:
    """Weights as they were kept; raises msgspec.DecodeError, and OtherShape when they fit no longer."""
    found = msgspec.json.decode(kept, type=Weights)
    if found.format != FORMAT or found.shape != shape():
        raise OtherShape("These weights were trained for an older version of Madang. Train them again.")
    return found


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights Madang comes with, learned on made-up Korean customers: until a house has trained its own."""
    return weights(Path(__file__).with_name("weights.json").read_bytes())


def share(found: Weights, column: str, value: str) -> float:
    """How many of all records have the value, 0 to 1; :data:`RAREST` at least."""
    some: Mapping[str, float] = found.shares.get(column, {})
    return max(some.get(value, 0.0), RAREST)
