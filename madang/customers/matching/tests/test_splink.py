"""Splink and the plain scorer agree, and both are good enough, on labelled people."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from madang.customers.matching.record import record
from madang.customers.matching.scoring import score
from madang.customers.matching.weights import shipped, weights

pytestmark = pytest.mark.slow

# Splink and DuckDB are imported where they are used: what is loaded while tests are collected stays to the end.


def test_both_agree_on_real_pairs_by_the_weights_that_are_shipped() -> None:
    from madang.bench.data.labelled import korean
    from madang.customers.matching.crowd import Crowd
    from madang.customers.matching.everyone import Judged

    rows = [record(known).row() for known in korean(3_000, 3).known]
    with Crowd() as crowd:
        crowd.add((number, record(known)) for number, known in enumerate(korean(3_000, 3).known))
        crowd.block()
        found = list(Judged(crowd, shipped(), at_least=1e-9).matches())
    assert len(found) > 5_000
    seen = set()
    for one in found:
        ours = score(rows[one.left], rows[one.right], shipped())
        assert ours.bits == pytest.approx(one.bits, abs=1e-6)
        assert ours.probability == pytest.approx(one.probability, abs=1e-6)
        seen |= {(evidence.field, evidence.level) for evidence in ours.evidence}
    assert len(seen) > 30, "too few levels were met"


def test_febrl(tmp_path: Path) -> None:
    from madang.bench.data.judging import judge
    from madang.bench.data.labelled import febrl

    outcome = judge(febrl(), tmp_path)
    assert outcome.pairs.f1 >= 0.994
    assert outcome.blocked.recall >= 0.995
    assert outcome.apart <= 1e-6
    assert weights(outcome.weights.json()) == outcome.weights


def test_fake_1000(tmp_path: Path) -> None:
    from madang.bench.data.judging import judge
    from madang.bench.data.labelled import fake_1000

    outcome = judge(fake_1000(), tmp_path)
    assert outcome.groups.f1 >= 0.92
    assert outcome.apart <= 1e-6


def test_koreans(tmp_path: Path) -> None:
    from madang.bench.data.judging import judge
    from madang.bench.data.labelled import korean

    outcome = judge(korean(30_000, 2), tmp_path)
    assert outcome.groups.f1 >= 0.94
    assert outcome.groups.precision >= 0.95
    assert outcome.apart <= 1e-6


def test_decisions_and_labels_are_taken_and_keep_the_weights_good() -> None:
    from madang.bench.data.labelled import fake_1000
    from madang.customers.matching.crowd import Crowd
    from madang.customers.matching.everyone import Judged
    from madang.customers.matching.training import train

    labelled = fake_1000()
    with Crowd() as crowd:
        crowd.add((number, record(known)) for number, known in enumerate(labelled.known))
        crowd.block()
        pairs = [(row[0], row[1]) for row in crowd.rows("select join_key_l, join_key_r from pair order by 1, 2")]
        decided = {(a, b): labelled.whose[a] == labelled.whose[b] for a, b in pairs[::10]}
        true = [(a, b) for a, b in pairs if labelled.whose[a] == labelled.whose[b]]
        for learned in (train(crowd, decided=decided), train(crowd, same=true[::2])):
            said = [(one.left, one.right) for one in Judged(crowd, learned, at_least=0.9).matches()]
            assert sum(labelled.whose[a] == labelled.whose[b] for a, b in said) / len(said) > 0.98
            assert len(said) > 1_000


def test_an_empty_house_and_one_of_strangers_learn_nothing_and_find_nothing() -> None:
    from madang.bench.data.labelled import korean
    from madang.customers.matching.crowd import Crowd
    from madang.customers.matching.everyone import Judged
    from madang.customers.matching.training import TooFew, train

    for some in ([], korean(2, 1).known):
        with Crowd() as crowd:
            crowd.add((number, record(known)) for number, known in enumerate(some))
            crowd.block()
            with pytest.raises(TooFew):
                train(crowd)
            learned = train(crowd, other=shipped())
            assert learned == shipped()
            assert not list(Judged(crowd, learned, at_least=0.9).matches())


def test_web_and_worker_load_nothing_of_it() -> None:
    program = "import sys, madang.app, madang.worker, madang.customers.matching.scoring; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "madang.worker" in said.stdout.split()
    assert not {"splink", "duckdb", "pyarrow", "sqlglot", "rapidfuzz"} & set(said.stdout.split())
