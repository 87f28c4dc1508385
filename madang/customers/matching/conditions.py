"""What may be asked of two records, once for SQL (DuckDB) and once for Python: both give the same answer.

A column is a text or a list of texts; what is not known is null in SQL and ``None`` or ``()`` in Python. A condition on
something unknown does not hold. There is no negation: SQL's third truth value could not be told from false then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Row = Mapping[str, Any]  # a record by column, see ``record.Record``


class Condition(Protocol):
    """A question about two records."""

    def sql(self) -> str:
        """In DuckDB's SQL, of columns with ``_l`` and ``_r`` behind their names."""

    def holds(self, left: Row, right: Row) -> bool:
        """The same in Python."""


@dataclass(frozen=True, slots=True)
class Missing:
    """At least one of the two does not know it."""

    column: str

    def sql(self) -> str:
        return f'("{self.column}_l" is null or "{self.column}_r" is null)'

    def holds(self, left: Row, right: Row) -> bool:
        return not left[self.column] or not right[self.column]


@dataclass(frozen=True, slots=True)
class Known:
    """Both know it."""

    column: str

    def sql(self) -> str:
        return f'("{self.column}_l" is not null and "{self.column}_r" is not null)'

    def holds(self, left: Row, right: Row) -> bool:
        return bool(left[self.column] and right[self.column])


@dataclass(frozen=True, slots=True)
class Same:
    """Both are known and the same. ``other``: a column of the right one that is compared instead, by its own name."""

    column: str
    other: str = ""

    def sql(self) -> str:
        return f'"{self.column}_l" = "{self.other or self.column}_r"'

    def holds(self, left: Row, right: Row) -> bool:
        return bool(left[self.column]) and left[self.column] == right[self.other or self.column]


@dataclass(frozen=True, slots=True)
class Shared:
    """Two lists have something in common."""

    column: str

    def sql(self) -> str:
        return f'list_has_any("{self.column}_l", "{self.column}_r")'

    def holds(self, left: Row, right: Row) -> bool:
        return not set(left[self.column] or ()).isdisjoint(right[self.column] or ())


@dataclass(frozen=True, slots=True)
class Alike:
    """Two words are nearly spelled alike: their Jaro-Winkler similarity, 0 to 1, over the bytes of UTF-8."""

    column: str
    at_least: float

    def sql(self) -> str:
        return f'jaro_winkler_similarity("{self.column}_l", "{self.column}_r") >= {self.at_least}'

    def holds(self, left: Row, right: Row) -> bool:
        one, two = left[self.column], right[self.column]
        return bool(one and two) and _measures().likeness(one.encode(), two.encode()) >= self.at_least


@dataclass(frozen=True, slots=True)
class Slip:
    """At most so many slips of a finger lie between them: a letter more, less, another, or two swapped.

    Counted only where they are ``alike`` enough at all: DuckDB counts slips twenty times slower than it measures
    likeness, and leaves a branch of CASE undone where it does not leave a part of AND.
    """

    column: str
    alike: float
    at_most: int = 1

    def sql(self) -> str:
        count = f'damerau_levenshtein("{self.column}_l", "{self.column}_r") <= {self.at_most}'
        return f"(case when {Alike(self.column, self.alike).sql()} then {count} else false end)"

    def holds(self, left: Row, right: Row) -> bool:
        if not Alike(self.column, self.alike).holds(left, right):
            return False
        return _measures().slips(left[self.column].encode(), right[self.column].encode()) <= self.at_most


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold."""

    parts: tuple[Condition, ...]

    def sql(self) -> str:
        return "(" + " and ".join(part.sql() for part in self.parts) + ")"

    def holds(self, left: Row, right: Row) -> bool:
        return all(part.holds(left, right) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of them holds."""

    parts: tuple[Condition, ...]

    def sql(self) -> str:
        return "(" + " or ".join(part.sql() for part in self.parts) + ")"

    def holds(self, left: Row, right: Row) -> bool:
        return any(part.holds(left, right) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Measures:
    likeness: Callable[[bytes, bytes], float]
    slips: Callable[[bytes, bytes], int]


_MEASURES: list[_Measures] = []


def _measures() -> _Measures:
    """RapidFuzz is what DuckDB itself measures with; it is loaded when the first two words are compared."""
    if not _MEASURES:
        from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

        _MEASURES.append(_Measures(JaroWinkler.similarity, DamerauLevenshtein.distance))
    return _MEASURES[0]
