"""The way out: queued messages go to their providers, once, in order within a conversation.

That a hand-over begins is written down before it does. Errors carry the policy (see ``SendError``); what a dead worker
may have sent is shown as unsure, or sent again where the provider drops repeats.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from madang.channels.book import Book
from madang.channels.connector import Cap, Outbound, SendError, Sent
from madang.channels.fit import fitted
from madang.channels.registry import get
from madang.conversations import leases, outgoing, settle
from madang.conversations.carrying import Room
from madang.conversations.clock import Clock
from madang.conversations.leases import MISSED, Job, Threshold, claim
from madang.conversations.models import LEASE
from madang.conversations.setbacks import on_error
from madang.conversations.ways import Way, others, ways
from madang.ground import Ground
from madang.lib import trace
from madang.lib.language import marked as _
from madang.lib.lease import now as now
from madang.lib.postgres import Tx, passing

log = logging.getLogger("madang.delivery")

AT_ONCE = 20  # messages one worker sends side by side on one channel
MOST = 100  # and on all of them
TIMEOUT = 120  # seconds for one send; shorter than the lease
FURTHER = (1.0, 4.0, 15.0)  # seconds between the tries of a second part

STRANDED = text("""
select message_id, conversation_id, channel_id, tries, leased_by from outbox
where leased_until is null and channel_id = any(array(select id from channel where retired_at is not null))
order by message_id for update skip locked
""")


class Means:
    """What a worker sends with."""

    def __init__(self, ground: Ground, book: Book) -> None:
        self.ground, self.book = ground, book
        self.room, self.threshold = Room(), Threshold(ground)


async def deliver(ground: Ground, book: Book, worker: str) -> int:
    """Send what is due and see it through; returns how many messages were tried."""
    jobs, means = await claim(ground, worker, AT_ONCE), Means(ground, book)
    await asyncio.gather(*(_deliver_one(means, job) for job in jobs))
    return len(jobs)


class Hands:
    """What one worker is sending now. A provider that is slow holds up its own messages and nobody else's."""

    def __init__(self, ground: Ground, book: Book, worker: str, free: Callable[[], None]) -> None:
        self._ground, self._worker = ground, worker
        self._free = free  # called when a hand is free again: the next of its conversation may go
        self._busy: dict[asyncio.Task[None], int] = {}
        self._means = Means(ground, book)

    async def take(self) -> int:
        """Begin to send what is due, as far as hands are free; returns how many messages that were."""
        per_channel = Counter(self._busy.values())
        full = [channel for channel, busy in per_channel.items() if busy >= AT_ONCE]
        most = min(AT_ONCE, MOST - len(self._busy))
        jobs = await claim(self._ground, self._worker, most, full) if most > 0 else []
        for job in jobs:
            task = asyncio.create_task(_deliver_one(self._means, job))
            self._busy[task] = job.channel_id
            task.add_done_callback(self._done)
        return len(jobs)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._busy[task]
        if not task.cancelled() and (error := task.exception()):
            log.error("a send ended without an outcome, its lease will tell", exc_info=error)
        self._free()

    async def finish(self) -> None:
        """See through what is in hand."""
        await asyncio.gather(*self._busy, return_exceptions=True)


async def recover(ground: Ground, clock: Clock) -> int:
    """Take over what dead workers had in hand; returns how many messages that were."""
    await clock.look(ground.database)
    async with ground.database.begin() as tx:
        orphans = await leases.orphans(tx) if clock.steady else []  # the others look dead by a clock that has jumped
        for one in orphans:
            if not one.begun or Cap.IDEMPOTENT in get(one.connector).caps:
                await settle.again(tx, one.job, timedelta())
            else:
                await settle.unsure(tx, one.job, _("The server stopped while sending."))
    return len(orphans)


async def release(ground: Ground) -> int:
    """What waits on a channel that was taken out of use goes another way, or fails visibly; returns how many."""
    async with ground.database.begin() as tx:
        jobs = [Job(*row) for row in await tx.execute(STRANDED)]
        for job in jobs:
            await on_error(tx, ground, job, SendError("blocked", "This channel was taken out of use."))
    return len(jobs)


Outcome = Callable[[Tx], Awaitable[None]]  # what became of a send, still to be written down


class _Gone(Exception):
    """Another has taken the message over."""


async def _deliver_one(means: Means, job: Job) -> None:
    await _write_down(means.ground, job, await _attempt(means, job))


async def _attempt(means: Means, job: Job) -> Outcome:
    """Send one message; whatever happens is an outcome."""
    try:
        ready = await _prepare(means.ground, job)
    except SendError as error:
        return partial(on_error, ground=means.ground, job=job, error=error)
    except Exception as error:
        return _unprepared(means, job, error)
    if ready is None:
        nowhere = SendError("invalid", _("No address of the customer fits this channel."))
        return partial(on_error, ground=means.ground, job=job, error=nowhere)
    way, out = ready
    if refused := _closed(way, out):
        return partial(on_error, ground=means.ground, job=job, error=refused)
    trace.begin(trace.kept(out.data))  # this task is about this message alone
    begun = False

    async def begin() -> None:
        nonlocal begun
        if not await _may_go(means, way, job):
            raise _Gone
        begun = True

    try:
        bound = await means.book.by_id(way.channel_id)
        sent = await _send(bound.connector, out, means, begin)
    except _Gone:
        log.warning("message %s was taken over while this process stood still: left alone", job.message_id)
        return _leave
    except SendError as error:
        return partial(on_error, ground=means.ground, job=job, error=error)
    except Exception as error:
        if not begun:
            return _unprepared(means, job, error)
        log.exception("message %s: the send broke off", job.message_id)
        return partial(on_error, ground=means.ground, job=job, error=_broken(way, error))
    log.info("sent", extra={"message_id": job.message_id, "channel": way.channel_id})
    return partial(settle.sent, job=job, way=way, what=sent, templated=out.template is not None)


def _closed(way: Way, out: Outbound) -> SendError | None:
    """What is known to be refused is not tried."""
    if way.blocked:
        return SendError("blocked", way.why_not)
    if way.needs_template and out.template is None:
        return SendError("window", way.why_not)
    return None


def _unprepared(means: Means, job: Job, error: Exception) -> Outcome:
    """Nothing was sent yet: trying again is safe."""
    log.warning("message %s could not be prepared, trying again: %s", job.message_id, error)
    soon = timedelta(seconds=1) if passing(error) else None  # the provider has nothing to do with it
    failed = SendError("down", _("The message could not be prepared."), retry=soon)
    return partial(on_error, ground=means.ground, job=job, error=failed)


async def _may_go(means: Means, way: Way, job: Job) -> bool:
    """Whether it is ours to hand over. Where a repeat does no harm it is, for as long as nobody takes us for dead."""
    soon = now() - job.since < MISSED.total_seconds() / 2
    if soon and Cap.IDEMPOTENT in get(way.connector).caps:
        return True
    return await means.threshold.cross(job)


async def _leave(_tx: Tx) -> None:
    """What became of it is another's to say."""


async def _prepare(ground: Ground, job: Job) -> tuple[Way, Outbound] | None:
    async with ground.database.begin() as tx:
        row = await outgoing.load(tx, job.message_id)
        way = await _way(tx, job) if row is not None else None
        if row is None or way is None:
            return None
        return way, replace(await outgoing.compose(ground, tx, row, way), tries=job.tries)


async def _write_down(ground: Ground, job: Job, outcome: Outcome) -> None:
    """We alone know what happened: keep trying while the database is away, as long as the message is ours."""
    for _try in range(int(LEASE.total_seconds() * 0.8)):
        try:
            async with ground.database.begin() as tx:
                await outcome(tx)
            return
        except Exception as error:
            log.warning("the outcome of message %s is not written down yet: %s", job.message_id, error)
            await asyncio.sleep(1)


def _broken(way: Way, error: Exception) -> SendError:
    """An error without a policy: repeat where a repeat is harmless, else say honestly that we do not know."""
    why: Any = "down" if Cap.IDEMPOTENT in get(way.connector).caps else "unsure"
    return SendError(why, f"{type(error).__name__}: {error}"[:500])


async def _way(tx: Tx, job: Job) -> Way | None:
    """The way this message takes. Who has left a live channel is written to where she will find it."""
    some = await ways(tx, job.conversation_id)
    way = next((one for one in some if one.channel_id == job.channel_id), None)
    if way is not None and way.live and not way.reachable:
        better = await others(tx, job.conversation_id, [job.channel_id])
        if better is not None:
            await settle.reroute(tx, job, better.channel_id, "window")
            return better
    return way


async def _send(connector: Any, out: Outbound, means: Means, begin: Callable[[], Awaitable[None]]) -> Sent:
    parts = fitted(connector, out, partial(outgoing.link, means.ground))
    sent: list[Sent] = []
    try:
        async with means.room.carrying(connector, parts[0]) as first:  # the files go with the first
            await begin()
            async with asyncio.timeout(TIMEOUT):
                sent.append(await connector.send(first))
                for part in parts[1:]:
                    sent.append(await _further(connector, part))  # noqa: PERF401 - what went before a failure counts
    except TimeoutError:
        raise SendError("unsure", _("The provider did not answer in time.")) from None
    except SendError as error:
        if not sent or Cap.IDEMPOTENT in connector.caps:
            raise
        log.warning("only %d of %d parts were sent: %s", len(sent), len(parts), error)
        raise SendError("unsure", _("Only the beginning of this message was sent.")) from error
    names = tuple(name for one in sent[1:] for name in (one.id, *one.aliases))
    return replace(sent[0], aliases=sent[0].aliases + names)


async def _further(connector: Any, part: Outbound) -> Sent:
    """A part after the first: what went before cannot be taken back, so a passing refusal is waited for here."""
    for pause in FURTHER:
        try:
            sent: Sent = await connector.send(part)
            return sent
        except SendError as error:
            wait = error.retry.total_seconds() if error.retry else pause
            if error.why not in ("rate", "down") or wait > max(FURTHER):
                raise
            await asyncio.sleep(wait)
    last: Sent = await connector.send(part)
    return last
