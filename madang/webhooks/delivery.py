"""The way out to receivers: at least once, in order within a conversation; who is slow holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select

from madang.events import log as events
from madang.events.log import Happened
from madang.ground import Ground
from madang.lib.http import Guard
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.webhooks import compose, signing
from madang.webhooks.actions import health, queue
from madang.webhooks.actions.queue import MOST, Job, Outcome
from madang.webhooks.catalogue import TEST, wants
from madang.webhooks.line import Line
from madang.webhooks.models import Stage, Webhook, WebhookSecret
from madang.webhooks.scoping import Listener, heard, scope_of

log = logging.getLogger("madang.webhooks")

STUCK = timedelta(seconds=10)  # before a batch that could not be prepared is looked at again
GATHER = 0.01  # seconds in which outcomes gather: one write for many costs a third of one for each
PATIENCE = 90  # tries, a second apart, to write down what happened; shorter than the lease


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery with its body; ``body`` None: it is not to be sent, ``problem`` says why."""

    job: Job
    name: str
    body: bytes | None
    problem: str = ""


class Hands:
    """What one worker has under way. Every receiver has connections of its own."""

    def __init__(self, ground: Ground, worker: str, free: Callable[[], None]) -> None:
        self._ground, self._worker, self._free = ground, worker, free
        self._guard = Guard(ground.settings.allow_hosts)
        self._lines: dict[int, Line] = {}
        self._busy: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self) -> int:
        """Begin what is due, as far as hands are free; returns how many deliveries that is."""
        free = MOST - len(self._busy)
        if free <= 0:
            return 0
        async with self._ground.database.begin() as tx:
            jobs = await queue.claim(tx, self._worker, free)
        if jobs:
            await self._begin(jobs)
        return len(jobs)

    async def _begin(self, jobs: list[Job]) -> None:
        try:
            async with self._ground.database.begin() as tx:
                ready, keys = await prepare(tx, jobs), await self._keys(tx, {job.webhook_id for job in jobs})
        except Exception as error:  # nothing was sent: looking again is safe
            log.warning("webhooks could not be prepared, trying again: %s", error)
            self._note([Outcome(job, Stage.WAITING, pause=STUCK) for job in jobs])
            return
        for one in ready:
            task = asyncio.create_task(self._send(one, keys.get(one.job.webhook_id)))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _keys(self, tx: Tx, webhooks: set[int]) -> dict[int, list[bytes]]:
        """The keys that sign for each receiver, the newest first; none where they cannot be opened."""
        alive = or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > func.now())
        query = select(WebhookSecret.webhook_id, WebhookSecret.sealed).where(alive)
        found: dict[int, list[bytes]] = {}
        for row in await tx.execute(
            query.where(WebhookSecret.webhook_id.in_(webhooks)).order_by(WebhookSecret.id.desc())
        ):
            found.setdefault(row.webhook_id, []).append(row.sealed)
        made: dict[int, list[bytes]] = {}
        for number, sealed in found.items():
            try:
                made[number] = signing.opened(self._ground.keys, sealed)
            except ValueError as error:
                log.warning("webhook %s: %s", number, error)
        return made

    async def _send(self, ready: Ready, keys: list[bytes] | None) -> None:
        job = ready.job
        if ready.body is None:
            outcome = Outcome(job, Stage.DROPPED, ready.problem)
        elif not keys:
            why = _("The signing secret cannot be opened: MADANG_SECRET_KEY is another one. Make a new secret.")
            outcome = Outcome(job, Stage.WAITING, why, timedelta(minutes=5))
        else:
            outcome = await self._line(job.webhook_id).send(job, keys, ready.name, ready.body)
        self._note([outcome])

    def _line(self, webhook_id: int) -> Line:
        if webhook_id not in self._lines:
            self._lines[webhook_id] = Line(self._guard)
        return self._lines[webhook_id]

    def _note(self, outcomes: Sequence[Outcome]) -> None:
        """What gathers while one batch is written is the next batch."""
        self._outcomes += outcomes
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._outcomes:
            await asyncio.sleep(GATHER)
            batch, self._outcomes = self._outcomes, []
            await self._write_batch(batch)
            self._free()

    async def _write_batch(self, batch: list[Outcome]) -> None:
        """We alone know what happened: keep trying while the database is away, as long as the leases are ours."""
        for _try in range(PATIENCE):
            try:
                async with self._ground.database.begin() as tx:
                    await queue.write_down(tx, batch)
                    await health.judge(tx, batch)
                return
            except Exception as error:
                log.warning("outcomes of %s webhooks are not written down yet: %s", len(batch), error)
                await asyncio.sleep(1)

    async def finish(self) -> None:
        """See through what is in hand, and let go of every connection."""
        await asyncio.gather(*self._busy, return_exceptions=True)
        if self._writing is not None:
            await self._writing
        lines, self._lines = self._lines, {}
        await asyncio.gather(*(one.close() for one in lines.values()))


async def prepare(tx: Tx, jobs: Sequence[Job]) -> list[Ready]:
    """Bodies for a batch. What is out of the receiver's scope by now, or gone, is not sent."""
    happened = {one.id: one for one in await events.by_id(tx, [job.event_id for job in jobs if job.event_id])}
    listeners = await _listeners(tx, {job.webhook_id for job in jobs})
    known = await heard(tx, list(listeners.values()), list(happened.values()))
    facts = await compose.facts(tx, list(happened.values()))
    return [_ready(job, happened.get(job.event_id or 0), listeners[job.webhook_id], known, facts) for job in jobs]


def _ready(
    job: Job, event: Happened | None, listener: Listener, known: dict[int, set[int]], facts: compose.Facts
) -> Ready:
    name = compose.named(job.webhook_id, job.id, job.event_id)
    if job.kind == TEST:
        return Ready(job, name, compose.test_body(name, job.created_at))
    if event is None or not wants({event.kind}, event.kind):
        return Ready(job, name, None, _("What it was about is not there any more."))
    if event.id not in known[listener.id]:
        return Ready(job, name, None, _("It is outside of what this webhook may see."))
    data: Any = facts.data(event)
    if data is None:
        return Ready(job, name, None, _("What it was about is not there any more."))
    return Ready(job, name, compose.body(event, name, data))


async def _listeners(tx: Tx, numbers: set[int]) -> dict[int, Listener]:
    columns = (Webhook.id, Webhook.kinds, Webhook.all_brands, Webhook.brand_ids, Webhook.sees, Webhook.team_ids)
    rows = await tx.execute(select(*columns).where(Webhook.id.in_(numbers)))
    return {row.id: Listener(row.id, frozenset(row.kinds), scope_of(row)) for row in rows}


async def recover(ground: Ground) -> int:
    """Take over what dead workers had in hand; returns how many deliveries that was."""
    async with ground.database.begin() as tx:
        return await queue.recover(tx)


async def tidy(ground: Ground) -> int:
    """Forget what ended long ago (``MADANG_WEBHOOK_DAYS``), a chunk a transaction; returns how many deliveries."""
    total = 0
    while True:
        async with ground.database.begin() as tx:
            gone = await queue.tidy(tx, timedelta(days=ground.settings.webhook_days))
        total += gone
        if gone < queue.CHUNK:
            return total
