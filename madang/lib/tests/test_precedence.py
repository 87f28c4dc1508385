"""Who can wait gives way while others crowd in, and goes on all the same when they never stop."""

from __future__ import annotations

import asyncio

from madang.lib.precedence import Precedence

LONG = 60.0  # seconds that no test waits


async def test_who_can_wait_goes_on_as_soon_as_there_is_room() -> None:
    order = Precedence(LONG)
    await asyncio.wait_for(order.turn(), 1)
    order.crowded(True)
    waiting = [asyncio.create_task(order.turn()) for _ in range(3)]
    done, _ = await asyncio.wait(waiting, timeout=0.05)
    assert not done
    order.crowded(False)
    await asyncio.wait_for(asyncio.gather(*waiting), 1)


async def test_a_crowd_without_end_holds_nobody_up_for_ever() -> None:
    order = Precedence(0.05)
    order.crowded(True)
    for _ in range(2):
        await asyncio.wait_for(order.turn(), 5)


async def test_a_worker_that_ends_waits_for_nobody() -> None:
    order = Precedence(LONG)
    order.crowded(True)
    waiting = asyncio.create_task(order.turn())
    order.end()
    await asyncio.wait_for(waiting, 1)
