"""A delivery is in one worker's hands. One that was slow, and was taken for dead, frees nothing of the other's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from madang.webhooks.actions import queue
from madang.webhooks.actions.queue import Job, Outcome
from madang.webhooks.models import Stage
from madang.webhooks.tests.conftest import Teller

HELD = "select stage, leased_by, leased_until is not null as held, tries from webhook_delivery"


async def _slow(teller: Teller) -> Job:
    """A delivery in the hands of who sleeps too long, and is taken for dead."""
    await teller.listen("http://127.0.0.1:9/", "message.received")
    await teller.yard.says("hello")
    await teller.spread()
    (job,) = await _claim(teller, "slow")
    async with teller.ground.database.begin() as tx:
        assert await queue.recover(tx) == 1
    return job


async def _claim(teller: Teller, worker: str) -> list[Job]:
    async with teller.ground.database.begin() as tx:
        return await queue.claim(tx, worker)


async def _says(teller: Teller, job: Job, stage: Stage) -> None:
    async with teller.ground.database.begin() as tx:
        await queue.write_down(tx, [Outcome(job, stage, pause=timedelta())])


@pytest.mark.parametrize("stage", [Stage.WAITING, Stage.DONE, Stage.FAILED, Stage.DROPPED])
async def test_who_was_taken_for_dead_ends_no_lease_of_another(teller: Teller, stage: Stage) -> None:
    slow = await _slow(teller)
    (quick,) = await _claim(teller, "quick")
    await _says(teller, slow, stage)
    assert [tuple(row) for row in await teller.rows(HELD)] == [(0, "quick", True, 2)]
    await _says(teller, quick, Stage.DONE)
    assert await teller.stages() == [Stage.DONE]


async def test_what_got_through_is_not_told_once_more(teller: Teller) -> None:
    slow = await _slow(teller)
    await _says(teller, slow, Stage.DONE)
    assert await _claim(teller, "quick") == []
    assert await teller.stages() == [Stage.DONE]


async def test_what_is_to_be_told_again_is_told_again_whatever_comes_late(teller: Teller) -> None:
    slow = await _slow(teller)
    async with teller.ground.database.begin() as tx:  # as a replay leaves it
        await tx.exec_driver_sql("update webhook_delivery set tries = 0")
    await _says(teller, slow, Stage.DONE)
    assert len(await _claim(teller, "quick")) == 1
