"""All records of a house side by side in DuckDB, in memory. Heavy: for the process that trains or matches everybody."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow
from pyarrow import parquet

from madang.customers.matching import statements
from madang.customers.matching.blocking import KEYS
from madang.customers.matching.record import COLUMNS, LISTS, Record

_PART = 50_000  # records handed over at once
_SCHEMA = pyarrow.schema(
    [("id", pyarrow.int64())]
    + [(one, pyarrow.list_(pyarrow.string()) if one in LISTS else pyarrow.string()) for one in COLUMNS]
)


class Crowd:
    """Records by id in the table ``person``; :meth:`block` makes ``pair``: who is looked at together.

    ``threads`` and ``memory`` (as DuckDB writes it, "4GB") bound what it may take of the machine. What does not fit
    goes to the directory ``spill``; without one it ends with duckdb.OutOfMemoryException. Nothing is fetched from
    outside.
    """

    def __init__(self, *, threads: int = 2, memory: str = "4GB", spill: Path | None = None) -> None:
        self.duck = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": str(spill or ""),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self.duck.execute(statements.person())

    def __enter__(self) -> Crowd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.duck.close()

    def add(self, some: Iterable[tuple[int, Record]]) -> None:
        """Take records in; an id only once."""
        for part in _tables(some):
            self.duck.register("part", part)
            self.duck.execute(statements.TAKE)
            self.duck.unregister("part")

    def read(self, paths: Iterable[Path]) -> None:
        """Take in what :func:`keep` wrote."""
        self.duck.execute(statements.READ, [[str(path) for path in paths]])

    def size(self) -> int:
        """How many records there are."""
        return int(self.one("select count(*) from person"))

    def pairs(self) -> float:
        """How many pairs of records there are, whether looked at or not; at least 1."""
        return float(max(1, math.comb(self.size(), 2)))

    def block(self) -> int:
        """Make the table ``pair`` (join_key_l < join_key_r, match_key) by the keys; says how many."""
        size = self.size()
        self.duck.execute(statements.SHARED)
        for one in KEYS:
            self.duck.execute(statements.sharing(one, size))
        self.duck.execute(statements.PAIRS)
        self.duck.execute("drop table shared")
        return int(self.one("select count(*) from pair"))

    def rows(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The whole answer: DuckDB does nothing else before the last row was fetched."""
        found: list[tuple[Any, ...]] = self.duck.execute(sql, given).fetchall()
        return found

    def one(self, sql: str, given: Sequence[Any] = ()) -> Any:
        """The single value a question has for an answer."""
        rows = self.rows(sql, given)
        return rows[0][0] if rows else None


def keep(path: Path, some: Iterable[tuple[int, Record]]) -> int:
    """Write records as Parquet; says how many."""
    count = 0
    with parquet.ParquetWriter(path, _SCHEMA) as writer:
        for part in _tables(some):
            writer.write_table(part)
            count += part.num_rows
    return count


def _tables(some: Iterable[tuple[int, Record]]) -> Iterator[pyarrow.Table]:
    left = iter(some)
    while part := list(islice(left, _PART)):
        columns: dict[str, list[Any]] = {"id": [number for number, _ in part]}
        for name in COLUMNS:
            values = [getattr(one, name) for _, one in part]
            columns[name] = [value or None for value in values] if name in LISTS else values
        yield pyarrow.table(columns, schema=_SCHEMA)
