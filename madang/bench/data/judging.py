"""How good a matching of labelled people is, and how long it took."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow

from madang.bench.data.labelled import Labelled
from madang.customers.matching.crowd import Crowd
from madang.customers.matching.everyone import Judged
from madang.customers.matching.scoring import score
from madang.customers.matching.thresholds import SUGGESTED
from madang.customers.matching.training import train
from madang.customers.matching.weights import Weights

# ruff: noqa: S608 - the names of tables are Splink's and ours
SAME = "join whose a on a.id = {left} join whose b on b.id = {right} where a.person = b.person"
TRUE = "select sum(n * (n - 1) // 2) from (select count(*) as n from whose group by person)"


@dataclass(frozen=True, slots=True)
class Share:
    """Pairs that were said to be one person, those of them that are, and all that are."""

    said: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """Of what was said, the part that is right."""
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """Of what is true, the part that was said."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.said + self.true) if self.said + self.true else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.4f} (precision {self.precision:.4f}, recall {self.recall:.4f})"


@dataclass(slots=True)
class Outcome:
    """What came of it. ``blocked``: pairs looked at; ``seconds`` by step; ``apart``: most bits Python differs by."""

    records: int
    blocked: Share
    pairs: Share
    groups: Share
    weights: Weights
    seconds: dict[str, float] = field(default_factory=dict)
    apart: float = 0.0
    memory: float = 0.0  # MiB, the most this process has held
    processor: float = 0.0  # seconds of it that all steps but the first took


def judge(labelled: Labelled, directory: Path, checked: int = 2_000) -> Outcome:
    """Train on the set without its labels, match it, and hold the result against the labels.

    ``checked``: so many of the matches are weighed again in plain Python.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "forms"):
        paths = labelled.write(directory)
    before = time.process_time()
    with Crowd() as crowd:
        with _timed(seconds, "blocking"):
            crowd.read(paths)
            crowd.block()
        with _timed(seconds, "training"):
            learned = train(crowd)
        with _timed(seconds, "scoring"):
            judged = Judged(crowd, learned)
        with _timed(seconds, "groups"):
            groups = judged.groups(SUGGESTED)
        processor = time.process_time() - before
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _labels(crowd, labelled)
        blocked, pairs = _share(crowd, "pair", "join_key"), _share(crowd, judged.table, "id", SUGGESTED)
        apart = _apart(crowd, judged, learned, checked)
        together = _together(crowd, groups)
    return Outcome(len(labelled.known), blocked, pairs, together, learned, seconds, apart, memory, processor)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - began


def _labels(crowd: Crowd, labelled: Labelled) -> None:
    table = pyarrow.table({"id": list(range(len(labelled.whose))), "person": labelled.whose})
    crowd.duck.register("labels", table)
    crowd.duck.execute("create table whose as select * from labels")


def _share(crowd: Crowd, table: str, name: str, at_least: float = 0.0) -> Share:
    where = f"(select * from {table}{f' where match_probability >= {at_least}' if at_least else ''}) p"
    same = SAME.format(left=f"p.{name}_l", right=f"p.{name}_r")
    said, right = crowd.one(f"select count(*) from {where}"), crowd.one(f"select count(*) from {where} {same}")
    return Share(said, right, int(crowd.one(TRUE) or 0))


def _together(crowd: Crowd, groups: str) -> Share:
    """Of all pairs that stand in one group."""
    counted = f"select count(*) as n from {groups} g join whose w on w.id = g.id group by g.cluster_id"
    said, right = (
        int(crowd.one(f"select coalesce(sum(n * (n - 1) // 2), 0) from ({counted}{more})"))
        for more in ("", ", w.person")
    )
    return Share(said, right, int(crowd.one(TRUE) or 0))


def _apart(crowd: Crowd, judged: Judged, learned: Weights, checked: int) -> float:
    """The greatest difference between Splink's weight and ours, in bits: of the likeliest and the least likely ones."""
    some = list(judged.matches())
    some = some[: checked // 2] + some[-checked // 2 :]
    ids = sorted({number for one in some for number in (one.left, one.right)})
    columns = [row[0] for row in crowd.rows("describe person")]
    rows = crowd.rows("select * from person where id in (select unnest(?))", [ids])
    known = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    return max((abs(one.bits - score(known[one.left], known[one.right], learned).bits) for one in some), default=0.0)
