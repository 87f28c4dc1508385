"""The desk measured in a browser: it has its figures, and where there is no browser it says what to install."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from madang.bench.bench import Bench
from madang.bench.desk.tasks import of_the_page
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


def test_a_trace_tells_the_processor_of_the_page_that_was_in_front() -> None:
    def name(pid: int, said: str) -> dict[str, Any]:
        return {"name": "thread_name", "pid": pid, "tid": 1, "args": {"name": said}}

    def task(pid: int, ran: int, lasted: int = 90_000) -> dict[str, Any]:
        return {"name": "ThreadControllerImpl::RunTask", "pid": pid, "tid": 1, "dur": lasted, "tdur": ran}

    told = [task(1, 21_300), task(2, 70), task(3, 99_000), name(1, "CrRendererMain"), name(2, "CrRendererMain")]
    told += [name(3, "CrGpuMain"), task(1, 4_000), {"name": "Paint", "pid": 1, "tid": 1, "tdur": 80_000}]
    assert of_the_page(told) == [21.3, 4.0]
    assert of_the_page([]) == []


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
    assert figures["desk: longest task, under news"].value  # the trace told of tasks
