"""What a run prints: a promise to whoever reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from madang.bench import plan, report
from madang.bench.figures import Figure, judge, percentile, rounded
from madang.bench.place import MARK, NotOurs, Place
from madang.commands.bench import command

MACHINE = {"cpu": "A processor", "cores": 2, "settings": {"fsync": "on"}, "load": [0.1, 0.2, 0.3]}
ACCEPT = Figure(
    name="accept", unit="webhooks/s", value=9_000.0, p50=12.5, p99=40.0, budget=8_000, limit=19_600, ok=True
)
LATE = Figure(name="delay", unit="ms p99", value=200.0, p99=200.0, budget=150, ok=False, note="at 500/s")
PROMISED = {"name", "unit", "value", "p50", "p99", "budget", "limit", "ok"}


def test_json_has_the_promised_shape_with_every_field_of_every_figure() -> None:
    made = json.loads(report.as_json(MACHINE, [ACCEPT, LATE], "madang bench accept", "2026-11-22T04:00:00+00:00"))
    assert made["machine"] == MACHINE
    assert all(one.keys() >= PROMISED for one in made["scenarios"])
    assert [one["ok"] for one in made["scenarios"]] == [True, False]
    assert made["scenarios"][1]["p50"] is None


def test_the_table_names_the_machine_the_budget_the_limit_and_what_was_missed() -> None:
    said = report.as_table(MACHINE, [ACCEPT, LATE])
    assert "cpu: A processor" in said
    assert "fsync on" in said
    line = next(one for one in said.splitlines() if one.startswith("accept"))
    assert [word for word in line.split() if word[0].isdigit()] == ["9,000", "12.5", "40", "8,000", "19,600"]
    assert any(one.startswith("delay") and one.endswith("MISSED") for one in said.splitlines())
    assert "delay: at 500/s" in said


@pytest.mark.parametrize(
    ("value", "kept"), [(8_000.0, True), (7_999.0, False), (None, False)], ids=["just kept", "missed", "not measured"]
)
def test_a_budget_is_kept_or_not(value: float | None, kept: bool) -> None:
    assert judge(value, at_least=8_000) is kept
    assert judge(value) is None


def test_at_most_is_the_other_way_round() -> None:
    assert (judge(150, at_most=150), judge(150.1, at_most=150)) == (True, False)


def test_percentiles_are_values_that_were_there() -> None:
    values = [float(one) for one in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1.0)) == (50, 99, 100)
    assert percentile([], 0.5) == 0.0
    assert (rounded(1234.5), rounded(None)) == (1230.0, None)


def test_every_scenario_is_there_and_says_what_it_measures() -> None:
    folder = Path(plan.__file__).parent / "scenarios"
    files = {path.stem.replace("_", "-") for path in folder.glob("[!_]*.py")}
    assert files == {one.name for one in plan.SCENARIOS}
    page = (Path(plan.__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")
    for one in plan.SCENARIOS:
        assert one.measures
        assert f"| `{one.name}` |" in page


def test_chosen_scenarios_run_in_the_order_of_the_plan_and_a_stranger_is_named() -> None:
    assert [one.name for one in plan.chosen(["through", "accept"])] == ["accept", "through"]
    assert plan.chosen([]) == list(plan.SCENARIOS)
    quick = plan.chosen([], quick=True)
    assert {one.name for one in plan.SCENARIOS} - {one.name for one in quick} == {"matching"}
    assert [one.name for one in plan.chosen(["matching"], quick=True)] == ["matching"]
    with pytest.raises(LookupError, match=r"'speed'.*accept"):
        plan.chosen(["speed"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["speed"], "There is no scenario 'speed'"),
        (["--quick", "--scale", "1m"], "Leave one of --quick and --scale out"),
        (["--scale", "2m"], "'2m'"),
    ],
)
def test_a_wrong_call_says_why_and_measures_nothing(words: list[str], told: str) -> None:
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 2
    assert told in done.output


def test_a_directory_that_no_benchmark_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("ours")
    done = CliRunner().invoke(command, ["accept", "--reuse", str(tmp_path)])
    assert done.exit_code == 2
    assert "nothing is written there" in done.output
    with pytest.raises(NotOurs):
        Place(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_a_place_goes_unless_it_is_to_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone, kept = Place(), Place(keep=True)
    gone.directory("house")
    gone.end()
    kept.end()
    assert [path.name for path in tmp_path.iterdir()] == [kept.path.name]
    assert (kept.path / MARK).exists()
    assert Place(kept.path).path == kept.path
