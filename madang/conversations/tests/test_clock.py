"""The time of day jumps, as it does: nothing waits for a day that is past, nobody living is taken for dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from madang.conversations import actions, clock, delivery, leases
from madang.conversations.clock import Clock
from madang.tests import cast
from madang.tests.cast import Yard
from madang.worker import Worker


class Time:
    """What ``time.monotonic`` says. The database's clock goes on; to it, this one standing still is a jump."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A clock of ours that the test sets."""
    made = Time()
    monkeypatch.setattr(clock, "time", made)
    return made


async def _look(yard: Yard, one: Clock) -> float:
    async with yard.ground.database.begin() as tx:
        return await one.look(tx)


async def _answer(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, ada, conversation, text="Hi!")


async def _waits(yard: Yard) -> float:
    """For how many seconds the answer still waits."""
    async with yard.ground.database.begin() as tx:
        wait = await tx.execute(text("select extract(epoch from due - now()) from outbox"))
        return float(wait.scalar_one())


async def test_after_a_jump_back_an_answer_does_not_wait_for_a_time_that_has_been(yard: Yard, time: Time) -> None:
    await _answer(yard)
    one = Clock()
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:  # as a try left it while the clock was three hours ahead
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
    time.now += 3 * 3600.0
    assert await _look(yard, one) < -3_500
    assert await _waits(yard) <= 10


async def test_a_jump_back_that_no_living_worker_saw_is_known_by_a_heartbeat_of_the_future(yard: Yard) -> None:
    await _answer(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
        beat = (
            "insert into heartbeat (process, kind, at) values ('it was killed', 'worker', now() + interval '3 hours')"
        )
        await tx.execute(text(beat))
    one = Clock()
    assert await _look(yard, one) < 0
    assert await _waits(yard) <= 10
    assert await _look(yard, one) == 0


async def test_what_waits_in_other_rooms_does_not_wait_for_it_either(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        beat = (
            "insert into heartbeat (process, kind, at) values ('it was killed', 'worker', now() + interval '3 hours')"
        )
        await tx.execute(text(beat))
        rests = "insert into reaction_position (reaction, tx, id, retry_at) values ('it failed', '1', 0, :at)"
        await tx.execute(text(rests), {"at": datetime.now(UTC) + timedelta(hours=3)})
    assert await _look(yard, Worker(yard.ground)._clock) < 0
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select retry_at from reaction_position"))).scalars().all() == [None]


async def test_a_wait_that_is_meant_is_kept_while_the_clock_only_goes_on(yard: Yard) -> None:
    await _answer(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '1 hour'"))
    one = Clock()
    assert (await _look(yard, one), await _look(yard, one)) == (0, 0)
    assert await _waits(yard) > 3_500


async def test_after_a_jump_forward_what_a_living_worker_has_in_hand_stays_its_own(yard: Yard, time: Time) -> None:
    await _answer(yard)
    one = Clock()
    await _look(yard, one)
    await leases.claim(yard.ground, "a worker that lives and has not beaten since", 20)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set leased_until = now() - interval '2 hours'"))
    time.now -= 3 * 3600.0  # the database's clock has gone three hours further than ours
    assert await delivery.recover(yard.ground, one) == 0
    time.now += clock.REST + 1
    async with yard.ground.database.begin() as tx:  # and keeps silent: dead after all
        await tx.execute(text("update outbox set leased_until = now() + interval '1 hour'"))
    one._offset = None
    assert await delivery.recover(yard.ground, one) == 1
