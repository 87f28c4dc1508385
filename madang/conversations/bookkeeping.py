"""The ledger's upkeep, by the workers: what was appended is summed up, replays go on, gaps are found and filled."""

from __future__ import annotations

from madang.channels import gaps, tally
from madang.conversations.actions import replays
from madang.ground import Ground

OFTEN = 2.0  # seconds between two rounds of what people wait for
SELDOM = 30.0  # seconds between two looks for a provider whose turn it is to be asked


async def keep(ground: Ground) -> None:
    """What is quick and wanted soon. Any number of workers may do it at once."""
    async with ground.database.begin() as tx:
        await tally.fold(tx)
    await gaps.fold(ground)
    await replays.carry_on(ground.database)


async def fetch(ground: Ground) -> None:
    """What people want fetched again from a provider."""
    while await gaps.fetch_again(ground):
        pass


async def look(ground: Ground) -> None:
    """What asks providers by itself, and may take its time."""
    await gaps.look(ground)
    async with ground.database.begin() as tx:
        await tally.forget(tx)
