"""The checks as a whole: each is listed, each has a test that shows it can fail, and one that breaks is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import __main__ as checks
from checks import names
from checks.tests.conftest import Plant
from checks.tree import Tree


@pytest.mark.parametrize("name", checks.names())
def test_every_check_is_shown_to_fail(name: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert f"{name}." in tests


def test_a_broken_check_is_a_problem(monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    def breaks(_tree: Tree) -> list[str]:
        raise RuntimeError("half a file")

    monkeypatch.setattr(names, "check", breaks)
    assert list(checks.problems("names", plant({}))) == ["names: cannot check: RuntimeError: half a file"]


def test_an_unknown_check_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["spelling"]) == 2
    assert "There is no check spelling" in capsys.readouterr().err
