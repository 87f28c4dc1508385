"""Merging and undoing against a model: whatever the order, every row is where the homes and the merges put it."""

from __future__ import annotations

import asyncio

import pytest

from madang.customers.tests.worlds import World, run
from madang.ground import Ground
from madang.settings import Settings
from madang.tests import cast
from madang.tests.cast import Yard
from madang.tests.slates import Slates

TOGETHER = 50  # worlds in one database; more, and its tables grow long


async def test_every_row_is_where_homes_and_merges_put_it(yard: Yard) -> None:
    assert await run(yard, [World(seed, 20) for seed in range(4)]) > 80


@pytest.mark.slow
async def test_ten_thousand_histories(slates: Slates, settings: Settings) -> None:
    seeds = iter(range(0, 10_000, TOGETHER))

    async def one_after_another() -> None:
        for first in seeds:
            lent = await slates.take()
            ground = Ground.open(settings, lent.url)
            lent.lend(ground.database)
            yard = await cast.yard(ground)
            await run(yard, [World(seed, 8 + seed % 20) for seed in range(first, first + TOGETHER)])
            await slates.give_back(lent)

    await asyncio.gather(one_after_another(), one_after_another())  # one computes while the other's database works
