"""Merging and undoing against a model: whatever the order, every row is where the homes and the merges put it."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT

import pytest

from madang.customers.tests import worlds
from madang.customers.tests.worlds import TOGETHER, World
from madang.tests.cast import Yard

MANY = int(os.environ.get("HISTORIES", "1000"))  # ten thousand take minutes
PROCESSES = 2


async def test_every_row_is_where_homes_and_merges_put_it(yard: Yard) -> None:
    assert await worlds.run(yard, [World(seed, 20) for seed in range(4)]) > 80


@pytest.mark.slow
async def test_a_thousand_histories(template: str) -> None:
    said = await asyncio.gather(*(_part(template, place) for place in range(PROCESSES)))
    assert said == [(0, "")] * PROCESSES


async def _part(template: str, place: int) -> tuple[int | None, str]:
    seeds = (str(one) for one in (place * TOGETHER, MANY, PROCESSES * TOGETHER))
    command = (sys.executable, "-W", "error", "-m", worlds.__name__, template, *seeds)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
    out, _ = await process.communicate()
    return process.returncode, out.decode()[-4_000:]
