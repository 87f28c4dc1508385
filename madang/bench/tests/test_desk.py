"""The desk measured in a browser: it has its figures, and where there is no browser it says what to install."""

from __future__ import annotations

import importlib

import pytest

from madang.bench.bench import Bench
from madang.bench.plan import chosen
from madang.bench.run import Result, _one
from madang.bench.tests.test_scenarios import bench

__all__ = ["bench"]


async def test_without_playwright_it_is_left_out_and_by_name_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("madang.bench.plan.find_spec", lambda _name: None)
    assert "desk" not in [one.name for one in chosen([])]
    (desk,) = chosen(["desk"])
    module = importlib.import_module("madang.bench.desk.chromium")
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)

    async def house(_bench: object) -> None:
        async with module.desk(None):
            pass

    monkeypatch.setattr("madang.bench.scenarios.desk.run", house)
    result = Result()
    await _one(None, desk, result)  # type: ignore[arg-type]
    assert result.failed == ["desk"]
    assert "apt install chromium" in result.figures[0].note


@pytest.mark.browser
async def test_it_has_its_figures(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk,) = chosen(["desk"])
    monkeypatch.setattr("madang.bench.scenarios.desk.SAID", 6)  # short conversations do: the long one is whole
    figures = {one.name: one for one in await desk.run(bench)}
    opened = [one for name, one in figures.items() if name.startswith("desk: next")]
    assert len(opened) == 4
    assert all(one.value and one.limit and one.budget for one in opened)
    assert figures["desk: thread of 500 scrolled"].note.startswith("500 messages")
    assert figures["desk: layout shift"].value is not None
