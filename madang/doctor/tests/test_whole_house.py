"""The doctor beside a whole Madang, and on one that is stopped; one id in the log of its processes."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.house import House

pytestmark = pytest.mark.slow


@pytest.fixture
async def stopped() -> AsyncIterator[House]:
    """A Madang that is started and stopped by the test."""
    data = Path(tempfile.mkdtemp(prefix="madang-house-"))
    data.chmod(0o711)
    yield House(data)
    shutil.rmtree(data)


async def doctor(house: House) -> tuple[int, dict[str, Any]]:
    given = {**house.environment, "MADANG_PORT": str(house.port)}
    process = await asyncio.create_subprocess_exec(
        *house.command, "doctor", "--json", env=given, stdout=asyncio.subprocess.PIPE
    )
    said, _nothing = await process.communicate()
    assert process.returncode is not None
    return process.returncode, json.loads(said)


def about(found: dict[str, Any], topic: str) -> list[str]:
    return [one["level"] for one in found["findings"] if one["topic"] == topic]


async def test_it_works_beside_a_running_madang_and_on_a_stopped_one(stopped: House) -> None:
    house = stopped
    await house.start()
    code, found = await doctor(house)
    assert (code, about(found, "workers"), about(found, "web")) == (0, ["well"], ["well"]), found
    async with httpx.AsyncClient(base_url=house.url) as web:
        assert "madang_workers 1.0" in (await web.get("/metrics")).text
        assert len((await web.get("/healthz")).headers["x-request-id"]) == 16
    await house.stop()
    code, found = await doctor(house)
    assert (code, about(found, "processes")) == (0, ["note"]), found
