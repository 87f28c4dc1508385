"""Which records are looked at together at all: those with a key in common. The same keys find the rows of one customer.

A key is a few columns of which all are known and the same. ``each`` names the one of them that is a list.
"""

from __future__ import annotations

from dataclasses import dataclass

from madang.customers.matching.conditions import Row

# A key that too many records have says too little to look at all of its pairs. The more records, the fewer may share
# one of the weaker keys: the pairs to look at would grow with their square.
SURE, FEWEST, WIDEST, PAIRS = 40, 8, 100, 4_000_000


def most(records: int) -> int:
    """How many of so many records may share one of the weaker keys."""
    return max(FEWEST, min(WIDEST, PAIRS // max(records, 1)))


@dataclass(frozen=True, slots=True)
class Key:
    """One way to find candidates. ``sure``: by itself nearly a proof, so that :data:`SURE` records may share it."""

    name: str
    columns: tuple[str, ...]
    each: str = ""
    sure: bool = False

    def shared_by(self, records: int) -> int:
        """At most so many records have a key of this kind; whoever has a more frequent one is not found by it."""
        return SURE if self.sure else most(records)

    def of(self, row: Row) -> list[str]:
        """The key's values of a record as they are stored and looked up: ``name:value/value``; [] when not known."""
        if not all(row[column] for column in self.columns):
            return []
        several = row[self.each] if self.each else ("",)
        return [
            f"{self.name}:" + "/".join(one if column == self.each else row[column] for column in self.columns)
            for one in several
        ]

    def sql(self) -> str:
        """The same as a SELECT of (id, key) from ``person``, for DuckDB."""
        parts = [f'unnest("{column}")' if column == self.each else f'"{column}"' for column in self.columns]
        said = " || '/' || ".join(parts)
        known = " and ".join(f'"{column}" is not null' for column in self.columns)
        return f"select id, '{self.name}:' || {said} as key from person where {known}"  # noqa: S608 - columns of ours


KEYS = (
    Key("phone", ("phones",), each="phones", sure=True),
    Key("email", ("emails",), each="emails", sure=True),
    Key("mailbox", ("mailboxes",), each="mailboxes", sure=True),
    Key("number", ("number",), sure=True),
    Key("born", ("birth",)),
    Key("name", ("names",), each="names"),
    Key("name-area", ("names", "area"), each="names"),
    Key("name-year", ("names", "year"), each="names"),
    Key("sound", ("sounds",), each="sounds"),
    Key("sound-half", ("halves",), each="halves"),
    Key("sound-area", ("sounds", "area"), each="sounds"),
    Key("sound-born", ("sounds", "birth"), each="sounds"),
    Key("sound-year", ("sounds", "year"), each="sounds"),
    Key("sound-street", ("sounds", "street"), each="sounds"),
    Key("initials-area", ("initials", "area")),
    Key("house-area", ("house", "area")),
    Key("flat", ("street", "house", "unit")),
    Key("home", ("street", "house", "town")),
)


_BY_NAME = {one.name: one for one in KEYS}


def shared_by(key: str, records: int) -> int:
    """At most so many of all records may have this very key (as :func:`keys` gives it) for it to find anybody."""
    return _BY_NAME[key.partition(":")[0]].shared_by(records)


def keys(row: Row) -> list[str]:
    """Every key of a record, each once: whoever shares one is a candidate, unless too many share it."""
    return list(dict.fromkeys(key for one in KEYS for key in one.of(row)))
