"""A message is in one worker's hands. One that was slow, and was taken for dead, changes nothing of the other's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.connector import Cap, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery, leases, settle
from madang.conversations.clock import Clock
from madang.conversations.leases import Job, Threshold
from madang.conversations.models import State
from madang.conversations.ways import ways
from madang.lib.postgres import Tx
from madang.tests import cast
from madang.tests.cast import Yard

OUTCOMES: dict[str, Callable[[Tx, Job], Awaitable[Any]]] = {
    "again": lambda tx, job: settle.again(tx, job, timedelta(hours=1), "down", "Not now."),
    "again at once": lambda tx, job: settle.again(tx, job, timedelta()),
    "unsure": lambda tx, job: settle.unsure(tx, job, "It broke off."),
    "failed": lambda tx, job: settle.failed(tx, job, "invalid", "No such mailbox."),
    "pause": lambda tx, job: settle.pause(tx, job, "The password is wrong."),
    "reroute": lambda tx, job: settle.reroute(tx, job, job.channel_id + 1, "window"),
}
SEEN = text("""
select o.leased_by, o.leased_until is not null as held, o.channel_id, o.due, m.state, m.why, c.paused_at
from outbox o join message m on m.id = o.message_id join channel c on c.id = m.channel_id
""")


async def _answer(yard: Yard) -> int:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        return await actions.reply(tx, ada, conversation, text="Hi!")


async def _two(yard: Yard) -> tuple[Job, Job]:
    """The same message in the hands of one who slept too long, and of who took it over."""
    (slow,) = await leases.claim(yard.ground, "slow", 20)
    assert await delivery.recover(yard.ground, Clock()) == 1  # the api channel drops repeats: it goes out again
    (quick,) = await leases.claim(yard.ground, "quick", 20)
    return slow, quick


async def _seen(yard: Yard) -> Any:
    async with yard.ground.database.begin() as tx:
        return (await tx.execute(SEEN)).one_or_none()


@pytest.mark.parametrize("what", OUTCOMES)
async def test_who_was_taken_for_dead_ends_no_lease_of_another(yard: Yard, what: str) -> None:
    await _answer(yard)
    await cast.channel(yard.ground, yard.brand_id)  # where to reroute to
    slow, quick = await _two(yard)
    before = await _seen(yard)
    async with yard.ground.database.begin() as tx:
        await OUTCOMES[what](tx, slow)
    assert await _seen(yard) == before
    assert (before.leased_by, before.held) == ("quick", True)
    async with yard.ground.database.begin() as tx:
        await OUTCOMES[what](tx, quick)
    assert await _seen(yard) != before


async def test_what_was_sent_is_sent_whoever_says_it(yard: Yard) -> None:
    await _answer(yard)
    slow, quick = await _two(yard)
    await _sent(yard, slow)
    seen = await _seen(yard)
    assert (seen.state, seen.leased_by) == (State.SENT, "quick")
    await _sent(yard, quick)
    assert await _seen(yard) is None


async def test_what_was_sent_by_one_taken_for_dead_does_not_go_out_once_more(yard: Yard) -> None:
    await _answer(yard)
    (slow,) = await leases.claim(yard.ground, "slow", 20)
    await delivery.recover(yard.ground, Clock())
    await _sent(yard, slow)
    assert await leases.claim(yard.ground, "quick", 20) == []


async def _sent(yard: Yard, job: Job) -> None:
    async with yard.ground.database.begin() as tx:
        (way,) = await ways(tx, job.conversation_id)
        await settle.sent(tx, job, way, Sent("p1"))


async def test_sending_again_by_hand_takes_nothing_out_of_a_workers_hands(yard: Yard) -> None:
    """A receipt may say that it failed while it is still being sent, in several parts."""
    answer = await _answer(yard)
    (job,) = await leases.claim(yard.ground, "still sending", 20)
    hana = await cast.agent(yard.ground, "Hana", "administrator")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update message set state = 9 where id = :id"), {"id": answer})
        await actions.retry(tx, hana, answer)
    assert await leases.claim(yard.ground, "another", 20) == []
    await _sent(yard, job)
    assert await _seen(yard) is None


async def test_only_who_still_holds_it_hands_it_over(yard: Yard) -> None:
    await _answer(yard)
    slow, quick = await _two(yard)
    threshold = Threshold(yard.ground)
    assert list(await asyncio.gather(threshold.cross(slow), threshold.cross(quick))) == [False, True]


async def test_of_a_dead_workers_messages_only_those_it_began_are_unsure(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get("api"), "caps", get("api").caps & ~Cap.IDEMPOTENT)
    ada = await cast.agent(yard.ground)
    for number in range(3):
        await yard.says("hello", value=f"c{number}@naver.example")
    answers = []
    for conversation in await yard.conversations():
        async with yard.ground.database.begin() as tx:
            answers.append(await actions.reply(tx, ada, conversation, text="Hi!"))
    jobs = await leases.claim(yard.ground, "it is killed now", 20)
    (begun,) = [job for job in jobs if job.message_id == answers[1]]
    assert await Threshold(yard.ground).cross(begun)
    assert await delivery.recover(yard.ground, Clock()) == 3
    again = await leases.claim(yard.ground, "the next", 20)
    assert sorted(job.message_id for job in again) == [answers[0], answers[2]]
    async with yard.ground.database.begin() as tx:
        unsure = await tx.execute(text("select id from message where state = 2"))
        assert unsure.scalars().all() == [answers[1]]
