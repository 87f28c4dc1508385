"""Every scenario once, with next to nothing in it: it has its figures, and nothing is lost. Never how fast."""

from __future__ import annotations

import signal
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from madang.bench.bench import Bench
from madang.bench.place import Place
from madang.bench.plan import chosen
from madang.lib.processes import commands

pytestmark = pytest.mark.slow

WIRES = ("bytes", "start", "memory", "accept", "through", "reply", "streams", "matching")


@pytest.fixture
async def bench(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """A run of two hundredths of a quick one."""
    monkeypatch.setattr("tempfile.tempdir", str(data_dir))
    place = Place()
    async with Bench(place, scale=0, quick=True, part=0.02) as made:
        yield made
    place.end()
    assert not place.path.exists()


@pytest.mark.parametrize("name", WIRES)
async def test_a_scenario_has_its_figures_and_loses_nothing(bench: Bench, name: str) -> None:
    (scenario,) = chosen([name])
    figures = await scenario.run(bench)  # raises when anything was lost or doubled
    assert figures
    for one in figures:
        assert one.name.partition("-")[0] in (name, "intake")
        assert one.unit
        assert one.value is not None
        assert one.value > 0
        assert (one.ok is None) == (one.budget is None)


async def test_the_command_prints_json_alone_and_ends_clean_when_it_is_stopped(data_dir: Path) -> None:
    command = (sys.executable, "-P", "-m", "madang", "bench", "--quick", "--json")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(data_dir), "TMPDIR": str(data_dir)}
    whole = await create_subprocess_exec(*command, "bytes", stdout=PIPE, stderr=PIPE, env=environment)
    out, err = await whole.communicate()
    assert whole.returncode == 0, err.decode()
    assert {one["name"] for one in msgspec.json.decode(out)["scenarios"]} == {
        "bytes-loader",
        "bytes-widget",
        "bytes-desk",
    }
    stopped = await create_subprocess_exec(*command, "accept", stdout=PIPE, stderr=PIPE, env=environment)
    assert stopped.stderr is not None
    async for line in stopped.stderr:
        if b"accept" in line:
            break
    stopped.send_signal(signal.SIGINT)
    out, err = await stopped.communicate()
    assert (stopped.returncode, out) == (130, b""), err.decode()
    assert not [words for _, words in commands() if any(str(data_dir) in word for word in words)]
    assert not list(data_dir.glob("madang-bench-*"))
