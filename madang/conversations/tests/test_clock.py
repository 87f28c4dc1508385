"""The time of day jumps, as it does: nothing waits for a day that is past, nobody living is taken for dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import DateTime, text
from sqlalchemy.exc import ProgrammingError

from madang.conversations import actions, clock, delivery, leases
from madang.conversations.clock import Clock
from madang.conversations.scheduling import Later
from madang.models import HOLDS, HURRIES, Base
from madang.tests import cast
from madang.tests.cast import Yard
from madang.worker import Worker

WAITS = (
    "insert into reaction_position (reaction, tx, id, retry_at) values ('it failed', '1', 0, :at)",
    """
    insert into webhook (url, kinds, made_by, failing_since, rest_until)
    values ('https://8.8.8.8/', '{*}', 'system', :at, :at)
    """,
    "insert into webhook_delivery (webhook_id, kind, due) select id, 'webhook.test', :at from webhook",
    "insert into alert_mail (recipient, subject, body, due) values ('hana@haneul.example', '', '', :at)",
    "insert into incident (kind, subject, facts, told_at) values ('stopped', 'channel:1', '{}', :at)",
    "insert into stocktaking (channel_id, at) select id, :at from channel",
)
LATE = """
select what, extract(epoch from at - now()) as seconds from (
  select 'reaction' as what, retry_at as at from reaction_position union all
  select 'webhook', rest_until from webhook union all select 'failing', failing_since from webhook union all
  select 'delivery', due from webhook_delivery union all select 'mail', due from alert_mail union all
  select 'told', told_at from incident union all select 'stocktaking', at from stocktaking) w
"""


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
    return await one.look(yard.ground.database)


async def _fails(yard: Yard, one: Clock) -> None:
    """A look whose transaction is lost."""
    one._owed.append(text("update nothing set at = now()"))  # type: ignore[arg-type]
    with pytest.raises(ProgrammingError):
        await _look(yard, one)
    one._owed = [known for known in one._owed if known in (*HOLDS, *HURRIES)]


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


async def _back_again(yard: Yard, time: Time) -> Clock:
    """An answer waits, and the clock has just been seen to go back by three hours."""
    await _answer(yard)
    one = Clock(HOLDS, HURRIES)
    await _look(yard, one)
    time.now += 3 * 3600.0
    assert await _look(yard, one) < -3_500
    return one


async def test_after_a_jump_back_an_answer_does_not_wait_for_a_time_that_has_been(yard: Yard, time: Time) -> None:
    await _answer(yard)
    one = Clock(HOLDS, HURRIES)
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:  # as a try left it while the clock was three hours ahead
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
    time.now += 3 * 3600.0
    assert await _look(yard, one) < -3_500
    assert await _waits(yard) <= 10


async def test_what_was_put_right_and_then_lost_is_put_right_again(yard: Yard, time: Time) -> None:
    """The disk is full, or the database is killed, in the very moment in which the clock is right again."""
    await _answer(yard)
    one = Clock(HOLDS, HURRIES)
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
    time.now += 3 * 3600.0
    await _fails(yard, one)
    await _look(yard, one)
    assert await _waits(yard) <= 10


async def test_a_jump_ahead_that_could_not_be_put_right_is_remembered_when_it_goes_back(yard: Yard, time: Time) -> None:
    """As when the disk is full as long as the clock is wrong: then nothing of that time is written, but answers."""
    await _answer(yard)
    one = Clock(HOLDS, HURRIES)
    await _look(yard, one)
    time.now -= 19 * 3600.0
    await _fails(yard, one)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '19 hours'"))
    time.now += 19 * 3600.0
    assert await _look(yard, one) < -18 * 3600
    assert await _waits(yard) <= 10


async def test_a_transaction_that_ends_after_the_jump_with_the_time_before_it_is_put_right_too(
    yard: Yard, time: Time
) -> None:
    one = await _back_again(yard, time)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
    assert await _look(yard, one) == 0
    time.now += clock.AGAIN  # less than is taken for a jump
    assert await _look(yard, one) == 0
    assert await _waits(yard) <= 10


async def test_what_was_still_written_with_the_time_before_is_put_right_when_the_database_is_back(
    yard: Yard, time: Time
) -> None:
    """It was killed a moment after its clock went back: all who knew the time before are gone with it."""
    one = await _back_again(yard, time)
    time.now += clock.AGAIN
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
    await _fails(yard, one)
    assert await _look(yard, one) == 0
    assert await _waits(yard) <= 10


async def test_a_jump_back_that_no_living_worker_saw_is_known_by_a_heartbeat_of_the_future(yard: Yard) -> None:
    await _answer(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '3 hours'"))
        beat = (
            "insert into heartbeat (process, kind, at) values ('it was killed', 'worker', now() + interval '3 hours')"
        )
        await tx.execute(text(beat))
    one = Clock(HOLDS, HURRIES)
    assert await _look(yard, one) < 0
    assert await _waits(yard) <= 10
    assert await _look(yard, one) == 0


@pytest.mark.parametrize("hours", [3, -3])
async def test_seconds_to_undo_stay_seconds_and_a_chosen_moment_stays_it(yard: Yard, time: Time, hours: int) -> None:
    """Back: the answer does not wait for hours. Ahead: it has not left before anybody could think again."""
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    chosen = datetime.now(UTC) + timedelta(days=2)
    one = Clock(HOLDS, HURRIES)
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:
        for when in (Later(datetime.now(UTC) + timedelta(seconds=10), undo=True), Later(chosen)):
            await actions.reply(tx, ada, 1, text="Hi!", later=when)
        if hours > 0:  # written while the clock was ahead
            await tx.execute(text("update scheduled set at = at + interval '3 hours' where undo"))
    time.now += hours * 3600.0
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:
        waits = text("select extract(epoch from at - now()) from scheduled where undo")
        assert -5 < float((await tx.execute(waits)).scalar_one()) <= 15
        assert (await tx.execute(text("select at from scheduled where not undo"))).scalar_one() == chosen


async def test_what_waits_in_other_rooms_does_not_wait_for_it_either(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        beat = (
            "insert into heartbeat (process, kind, at) values ('it was killed', 'worker', now() + interval '3 hours')"
        )
        await tx.execute(text(beat))
        for made in WAITS:
            await tx.execute(text(made), {"at": datetime.now(UTC) + timedelta(hours=3)})
    assert await _look(yard, Worker(yard.ground)._clock) < 0
    async with yard.ground.database.begin() as tx:
        late = await tx.execute(text(LATE))
        assert {row.what: row.seconds <= 0 for row in late} == dict.fromkeys(
            ("reaction", "webhook", "failing", "delivery", "mail", "told", "stocktaking"), True
        )


async def test_what_is_in_hand_in_other_rooms_stays_there(yard: Yard, time: Time) -> None:
    one = Worker(yard.ground)._clock
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:
        for made in WAITS:
            await tx.execute(text(made), {"at": datetime.now(UTC) + timedelta(hours=3)})
        for table in ("webhook_delivery", "alert_mail"):
            await tx.execute(text(f"update {table} set leased_until = now() - interval '2 hours'"))
    time.now -= 3 * 3600.0
    assert await _look(yard, one) > 3_500
    async with yard.ground.database.begin() as tx:
        for table in ("webhook_delivery", "alert_mail"):
            assert (await tx.execute(text(f"select leased_until > now() from {table}"))).scalar_one()


async def test_a_jump_there_and_back_between_two_looks_is_known_by_what_was_counted_in_it(yard: Yard) -> None:
    await _answer(yard)
    one = Worker(yard.ground)._clock
    await _look(yard, one)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("delete from heartbeat"))
        await tx.execute(
            text("insert into tally (channel_id, what, n, at) values (1, 9, 1, now() + interval '19 hours')")
        )
        await tx.execute(text("update outbox set due = now() + interval '19 hours'"))
    assert await _look(yard, one) < 0
    async with yard.ground.database.begin() as tx:
        late = text("select count(*) from outbox where due > now() + interval '1 minute'")
        assert (await tx.execute(late)).scalar_one() == 0


async def test_what_could_not_be_put_right_is_seen_again(yard: Yard, time: Time) -> None:
    one = Clock([text("update nothing set at = now()")])  # type: ignore[list-item]
    await _look(yard, one)
    time.now += 3 * 3600.0
    for _again in range(2):
        with pytest.raises(ProgrammingError):
            await _look(yard, one)


# Of every moment that something waits for, or that says when it was waited for last.
_PAST = """
    at since created_at changed_at retired_at replayed_at dismissed_at closed_at opened_at started_at began_at
    finished_at archived_at first_at ended_at used_at revoked_at withdrawn_at paused_at disabled_at edited_at
    deleted_at last_at last_seen_at seen_at asked_at done_at synced_at heard_at behind_since blocked_at
    decided_at undone_at waiting_since sort_at woken_at sent_at gone_at over_at hour window_start
"""
PAST = {*_PAST.split()}
# Whoever snoozes says an hour by the clock on the wall: when that is put right, it is the clock that counts.
LEFT = {
    "conversation.snoozed_until",
    "session.expires_at",
    "invitation.expires_at",
    "password_reset.expires_at",
    "webhook_secret.expires_at",
}


def test_every_moment_to_come_is_put_right() -> None:
    """A new column of this kind says so, or says here why it is left (these: who may come in, and not for longer)."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, DateTime) and f"{table.name}.{column.name}" not in LEFT:
                assert column.name in PAST or {"waits", "lease"} & column.info.keys(), f"{table.name}.{column.name}"


async def test_a_wait_that_is_meant_is_kept_while_the_clock_only_goes_on(yard: Yard) -> None:
    await _answer(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update outbox set due = now() + interval '1 hour'"))
    one = Clock(HOLDS, HURRIES)
    assert (await _look(yard, one), await _look(yard, one)) == (0, 0)
    assert await _waits(yard) > 3_500


async def test_after_a_jump_forward_what_a_living_worker_has_in_hand_stays_its_own(yard: Yard, time: Time) -> None:
    await _answer(yard)
    one = Clock(HOLDS, HURRIES)
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
