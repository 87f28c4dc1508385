"""A run from beginning to end, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from madang.bench.bench import Bench
from madang.bench.figures import Figure
from madang.bench.machine import machine, others
from madang.bench.needs import Unmet
from madang.bench.plan import Scenario

log = logging.getLogger("madang.bench")


class Result:
    """What a run found. ``failed`` names scenarios that broke off or in which something was lost."""

    def __init__(self) -> None:
        self.machine: dict[str, Any] = {}
        self.figures: list[Figure] = []
        self.failed: list[str] = []
        self.when = datetime.now(UTC).isoformat(timespec="seconds")


async def run(bench: Bench, scenarios: Sequence[Scenario]) -> Result:
    """Every scenario, one after the other; one that breaks off is reported, and the next one runs."""
    result, load = Result(), os.getloadavg()[0]
    async with ended_by_signals(), bench:
        house = await bench.house()
        result.machine = await machine(house.ground.database, bench.directory) | {
            "scale": bench.scale,
            "seed": bench.seed,
        }
        if warning := others(load, result.machine["cores"]):
            result.machine["warning"] = warning
            log.warning("%s", warning)
        for scenario in scenarios:
            await _one(bench, scenario, result)
    return result


async def _one(bench: Bench, scenario: Scenario, result: Result) -> None:
    log.info("%s: %s", scenario.name, scenario.measures)
    began = time.monotonic()
    try:
        result.figures += await scenario.run(bench)
    except Unmet as error:
        log.error("%s: %s", scenario.name, error)
        result.failed.append(scenario.name)
        result.figures.append(Figure(name=scenario.name, unit="", value=None, ok=None, note=str(error)))
    except Exception as error:
        log.exception("%s broke off", scenario.name)
        result.failed.append(scenario.name)
        note = f"broke off: {type(error).__name__}: {error}"
        result.figures.append(Figure(name=scenario.name, unit="", value=None, ok=False, note=note))
    log.info("%s took %.1f s", scenario.name, time.monotonic() - began)


@contextlib.asynccontextmanager
async def ended_by_signals() -> AsyncIterator[None]:
    """SIGTERM and SIGHUP end the run as Ctrl-C does: in order, with nothing left behind."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, task.cancel if task else loop.stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
