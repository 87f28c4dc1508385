"""The process that works: takes in, delivers, reacts, seals, and owns the long-lived sources."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import uvloop
from sqlalchemy import text

from madang.alerts import rounds as alerts
from madang.channels import templates
from madang.channels.book import Book
from madang.channels.sessions import Sessions
from madang.channels.store import LANES
from madang.conversations import bookkeeping, delivery, intake, introducing, media, scanning
from madang.conversations.actions import files, later
from madang.conversations.clock import Clock
from madang.conversations.doors import advancing
from madang.conversations.inbox.actions import snoozing
from madang.conversations.quality.actions import counting as quality
from madang.conversations.search import backfill
from madang.conversations.segments.actions import upkeep as segments
from madang.crm import working as crm
from madang.customers.imports import working as imports
from madang.customers.matchmaking import starting as matchmaking
from madang.customers.proving import sending as codes
from madang.events import dispatch
from madang.events.dispatch import Reaction
from madang.events.seal import seal
from madang.ground import Ground
from madang.lib import partitions, silence
from madang.lib.admission import Unfit
from madang.lib.files import Unavailable
from madang.lib.precedence import Precedence
from madang.lib.processes import resident
from madang.models import HOLDS, HURRIES, MONTHLY
from madang.notifications import mailing as digests
from madang.notifications import pushing as calls
from madang.push import sending as push
from madang.settings import Settings
from madang.webhooks import delivery as webhooks
from madang.wiring import REACTIONS

log = logging.getLogger("madang.worker")

HEARD = ("envelopes", "outbox", "media", "webhooks", "codes", "crms")
# Each reaction has a turn of its own: a slow one holds up nobody.
BY_NEWS = ("media", "scans", *(one.name for one in REACTIONS))
IDLE = 1.0  # seconds between two looks when nobody wakes us
REST = 30.0  # the same for reactions: one look tells which of them are late
FULL = 100  # of a round that did so much the next one follows at once; else what comes meanwhile is gathered
# Seconds for gathering between two rounds where somebody waits for what comes of it; then before every round of others.
BREATH = {"envelopes": 0.015, "outbox": 0.0, "webhooks": 0.0, "codes": 0.0}
SLOW_BREATH = 0.1
BEAT = 5.0
BEAT_SQL = text("""
insert into heartbeat (process, kind, at, memory) values (:process, 'worker', now(), :memory)
on conflict (process) do update set at = now(), memory = excluded.memory
""")
TIDY = (
    text("delete from heartbeat where at < now() - interval '1 day'"),
    text("delete from attempt where window_start < now() - interval '1 day'"),
    text("delete from presence where until < now() - interval '1 day'"),
    files.TIDY,
    text("delete from challenge where at < now() - interval '90 days'"),
    text("delete from early_receipt where at < now() - interval '30 days'"),
    text("delete from notification where at < now() - interval '60 days'"),
    text("delete from session where expires_at < now()"),
    text("delete from alert_mail where at < now() - interval '90 days' and state > 1"),
    text("delete from incident where closed_at < now() - interval '90 days' and over_told"),
)


class Worker:
    """One worker. Any number may run beside each other on one database."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._book = Book(ground)
        self._sessions = Sessions(ground)
        self._clock = Clock(HOLDS, HURRIES)
        self._name = f"{socket.gethostname()}:{os.getpid()}:{random.randrange(16**4):04x}"  # noqa: S311
        self._wakes = {name: asyncio.Event() for name in (*HEARD, *BY_NEWS)}
        self._hands = delivery.Hands(ground, self._book, self._name, self._wakes["outbox"].set)
        self._tellers = webhooks.Hands(ground, self._name, self._wakes["webhooks"].set)
        self._stopping = asyncio.Event()
        self._crm = crm.Hands(ground, self._stopping.is_set)
        self._imports = imports.Hands(ground, self._stopping.is_set)
        self._quality = quality.Hands(ground.database, ground.settings.stale_months)
        self._order = Precedence()  # envelopes first

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        self._order.end()
        for one in self._wakes.values():
            one.set()

    async def run(self) -> None:
        """Work until :meth:`stop`."""
        await self._patiently(lambda: dispatch.seed(self._ground.database, REACTIONS))
        tasks = [asyncio.ensure_future(one) for one in (*self._turns(), *self._rounds())]
        patient = [  # they wait for others, and are simply ended
            self._ears(),
            self._sessions.run(),
            self._every(bookkeeping.OFTEN, lambda: bookkeeping.fetch(self._ground)),
            self._every(bookkeeping.SELDOM, lambda: bookkeeping.look(self._ground)),
            self._every(templates.OFTEN, lambda: templates.refresh(self._ground, self._book)),
        ]
        background = [asyncio.create_task(one) for one in patient]
        await asyncio.gather(*tasks)
        await asyncio.gather(self._hands.finish(), self._tellers.finish(), self._crm.finish())
        for one in background:
            one.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await self._farewell()

    def _turns(self) -> list[Awaitable[None]]:
        """What is done as soon as there is something to do."""
        return [
            self._loop("envelopes", self._take_in),
            self._loop("outbox", self._hands.take),
            *(self._loop(one.name, partial(self._react, one), REST) for one in REACTIONS),
            self._loop("webhooks", self._tellers.take),
            self._loop("codes", lambda: codes.send(self._ground, self._book)),
            self._loop("crms", self._crm.work),
            self._loop("media", lambda: media.fetch(self._ground, self._book)),
            self._loop("scans", lambda: scanning.scan(self._ground)),
        ]

    def _rounds(self) -> list[Awaitable[None]]:
        """What is looked at every so often."""
        return [
            self._every(1.0, lambda: seal(self._ground.database)),
            self._every(IDLE, self._wake_the_late),
            self._every(BEAT, self._beat),
            self._every(1.0, self._look_at_clock),
            self._every(10.0, self._recover),
            self._every(silence.EVERY, lambda: silence.end_the_silent(self._ground.database)),
            self._every(0.5, lambda: later.go(self._ground)),
            self._every(1.0, lambda: snoozing.wake_due(self._ground.database)),
            self._every(2.0, lambda: advancing.advance(self._ground)),
            self._every(2.0, lambda: introducing.go(self._ground, self._book)),
            self._every(5.0, lambda: backfill.fill(self._ground.database)),
            self._every(1.0, self._imports.work),
            self._every(2.0, lambda: push.send(self._ground)),
            self._every(2.0, lambda: calls.send(self._ground)),
            self._every(10.0, lambda: digests.send(self._ground, self._book)),
            self._every(matchmaking.OFTEN, lambda: matchmaking.look(self._ground, self._stopping.is_set)),
            self._every(1.0, lambda: segments.keep(self._ground.database)),
            self._every(2.0, self._quality.work),
            self._every(bookkeeping.OFTEN, lambda: bookkeeping.keep(self._ground)),
            self._every(10.0, lambda: alerts.go(self._ground, self._book, {one.name for one in REACTIONS})),
            self._every(600.0, self._tidy),
            self._every(3600.0, self._ground.files.tidy),
            self._every(600.0, self._keep_months),
        ]

    async def _ears(self) -> None:
        try:
            await self._ground.database.listen((*HEARD, "news", "channels"), self._hear, self._ready)
        except Unfit as error:  # somebody has migrated while we were cut off
            log.error("%s This worker ends.", error)
            self.stop()

    def _hear(self, channel: str, _payload: str) -> None:
        if channel == "channels":
            self._book.forget()
            self._sessions.look()
        else:
            for name in BY_NEWS if channel == "news" else (channel,):
                self._wakes[name].set()

    def _ready(self, _first: bool) -> None:
        self._book.forget()
        for one in self._wakes.values():
            one.set()

    async def _loop(self, name: str, work: Callable[[], Awaitable[int]], idle: float = IDLE) -> None:
        """Work while there is some; then wait to be woken, or look by ourselves after ``idle`` seconds."""
        wake = self._wakes[name]
        while not self._stopping.is_set():
            wake.clear()
            done = await self._safely(name, work)
            if not done and not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), idle)
            if done < FULL:
                await asyncio.sleep(_breath(name, begins=not done))

    async def _every(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while not self._stopping.is_set():
            await self._safely("upkeep", work)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _safely(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """A fault is logged and tried again: the envelope, the message, the event is still there."""
        try:
            return await work()
        except Exception as error:
            if _is_connection(error):
                log.warning("%s: what it needs is not there, trying again: %s", name, error)
            else:
                log.exception("%s failed, trying again", name)
            await asyncio.sleep(0.5)
            return 0

    async def _patiently(self, work: Callable[[], Awaitable[object]]) -> None:
        while not self._stopping.is_set():
            try:
                await work()
                return
            except Exception as error:
                log.warning("waiting for the database: %s", error)
                await asyncio.sleep(0.5)

    async def _take_in(self) -> int:
        done = await intake.take_in(self._ground, self._book, random.randrange(LANES))  # noqa: S311 - spread, not a secret
        self._order.crowded(done >= FULL)
        return done

    async def _react(self, one: Reaction) -> int:
        if one.can_wait:
            await self._order.turn()
        return await dispatch.advance(self._ground.database, one)

    async def _wake_the_late(self) -> None:
        """News may come before it can be read: a transaction that is older still goes on."""
        for name in self._wakes.keys() & await dispatch.late(self._ground.database):
            self._wakes[name].set()

    async def _recover(self) -> None:
        await self._beat()  # first: after an outage our own silence is no death, and what is in our hands stays ours
        await delivery.recover(self._ground, self._clock)
        await delivery.release(self._ground)
        if self._clock.steady:  # else the others look dead by a clock that has jumped
            await webhooks.recover(self._ground)

    async def _look_at_clock(self) -> None:
        if await self._clock.look(self._ground.database):
            await self._beat()

    async def _beat(self) -> None:
        async with self._ground.database.begin() as tx:
            await tx.execute(BEAT_SQL, {"process": self._name, "memory": resident()})

    async def _tidy(self) -> None:
        async with self._ground.database.begin() as tx:
            for statement in TIDY:
                await tx.execute(statement)
        await webhooks.tidy(self._ground)

    async def _keep_months(self) -> None:
        async with self._ground.database.begin() as tx:
            await partitions.keep(tx, MONTHLY, datetime.now(UTC))

    async def _farewell(self) -> None:
        with contextlib.suppress(Exception):
            async with self._ground.database.begin() as tx:
                await tx.execute(text("delete from heartbeat where process = :process"), {"process": self._name})


def _breath(name: str, *, begins: bool) -> float:
    """How long to gather before the next round; what somebody waits for goes at once after a silence."""
    return BREATH.get(name, SLOW_BREATH) if not begins or name not in BREATH else 0.0


def _is_connection(error: Exception) -> bool:
    return isinstance(error, OSError | Unavailable) or bool(getattr(error, "connection_invalidated", False))


async def run(settings: Settings, url: str) -> None:
    """Work until SIGTERM or SIGINT."""
    ground = Ground.open(settings, url)
    worker = Worker(ground)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await ground.close()


def serve(settings: Settings, url: str) -> None:
    """The process's whole life."""
    uvloop.run(run(settings, url))
