"""Sets of people of whom it is known who is who: two public ones, and as many made-up Koreans as one likes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from madang.bench.data.people import people
from madang.customers.matching.crowd import keep
from madang.customers.matching.record import Known, record

PUBLIC = Path(__file__).with_name("identity")
PART = 125_000  # records a process makes comparable at once


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records with ids from 0 on; ``whose[id]`` is the person's number."""

    name: str
    known: list[Known]
    whose: list[int]

    def write(self, directory: Path) -> list[Path]:
        """The comparable forms as Parquet, made by two processes where it is worth it."""
        left = iter(self.known)
        parts: list[tuple[Path, int, list[Known]]] = []
        while part := list(islice(left, PART)):
            path = directory / f"{self.name}-{len(parts)}.parquet"
            parts.append((path, len(parts) * PART, part))
        if len(parts) == 1:
            return [_write(*parts[0])]
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            return list(pool.map(_write, *zip(*parts, strict=True)))


def _write(path: Path, first: int, known: list[Known]) -> Path:
    keep(path, ((number, record(one)) for number, one in enumerate(known, first)))
    return path


def febrl() -> Labelled:
    """FEBRL's data set 3."""
    rows = list(_rows("dataset3.csv"))
    known = [
        Known(
            given=row["given_name"],
            family=row["surname"],
            street=row["address_1"],
            house=row["street_number"],
            town=row["suburb"],
            postcode=row["postcode"],
            birth=row["date_of_birth"],
            number=row["soc_sec_id"],
        )
        for row in rows
    ]
    return Labelled("febrl", known, [int(row["rec_id"].split("-")[1]) for row in rows])


def fake_1000() -> Labelled:
    """Splink's fake_1000."""
    rows = list(_rows("fake_1000.csv"))
    known = [
        Known(
            given=row["first_name"],
            family=row["surname"],
            town=row["city"],
            birth=row["dob"],
            emails=(row["email"],),
        )
        for row in rows
    ]
    return Labelled("fake-1000", known, [int(row["cluster"]) for row in rows])


def korean(how_many: int, seed: int) -> Labelled:
    """Made-up Koreans."""
    some = list(people(how_many, seed))
    return Labelled("korean", [known for _, known in some], [who for who, _ in some])


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (PUBLIC / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, skipinitialspace=True)
