"""News to browsers: one LISTEN a process, one load for all that gathered, then each audience renders it once.

A position (what a page or an SSE ``id`` carries) is a transaction number: everything of transactions below it has been
told. It trails the horizon by a little, so that a notice still under way is never skipped; readers drop what they know.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Protocol

import msgspec
from sqlalchemy import text

from madang.events import log as events
from madang.events.log import Happened
from madang.lib import trace
from madang.lib.postgres import Database, Tx

log = logging.getLogger("madang.stream")

TRAIL = 2.0  # seconds a position stays behind
MOST = 2_000  # events a catch-up tells; more is a gap: the page loads itself anew
KNOWN = 5_000  # event numbers remembered, to tell each once
# Seconds between two tellings. After a silence the first goes at once, and what comes meanwhile is the next.
PACE = 0.02


class Audience(Protocol):
    """A door that tells its browsers: the desk, the portal."""

    def anyone(self) -> bool:
        """Whether somebody listens now. Who begins to listen looks back first, and misses nothing."""
        ...

    async def news(self, batch: Sequence[Happened], position: int) -> None:
        """Events in log order, each once a process."""
        ...

    async def live(self, notices: Sequence[dict[str, Any]]) -> None:
        """What is said and not kept: typing, presence."""
        ...

    def drop(self) -> None:
        """End every stream that is open now, because what they missed is unknown: they come again."""
        ...

    def stop(self) -> None:
        """End every stream, and begin no other: the process stops."""
        ...


async def whisper(tx: Tx, kind: str, **data: Any) -> None:
    """Say something to whoever looks now, without keeping it. ``data`` is small JSON (< 7,000 bytes)."""
    payload = msgspec.json.encode({"kind": kind, **data}).decode()
    if len(payload.encode()) < 7_000:
        await tx.execute(text("select pg_notify('live', :payload)"), {"payload": payload})


class Stream:
    """The process's ears. ``on_channels`` is called when a channel changed."""

    def __init__(
        self, database: Database, audiences: Sequence[Audience], on_channels: Callable[[], None] = lambda: None
    ) -> None:
        self._database = database
        self._audiences = audiences
        self._on_channels = on_channels
        self._ids: list[int] = []
        self._live: list[dict[str, Any]] = []
        self._again = False
        self._wake = asyncio.Event()
        self._known: dict[int, None] = {}  # the oldest first
        self._horizons: deque[tuple[float, int]] = deque()

    @property
    def position(self) -> int:
        """The newest position that is safe to hand out; 0 before the first load."""
        return self._horizons[0][1] if self._horizons else 0

    async def run(self) -> None:
        """Listen and tell, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._database.listen(("news", "live", "channels"), self._hear, self._ready))
            group.create_task(self._pump())

    def stop(self) -> None:
        """End every stream."""
        for one in self._audiences:
            one.stop()

    def _ready(self, first: bool) -> None:
        self._again = self._again or not first
        self._on_channels()
        self._wake.set()

    def _hear(self, channel: str, payload: str) -> None:
        if channel == "channels":
            self._on_channels()
            return
        if channel == "news":
            self._ids += [int(number) for number in payload.split(",")]
        else:
            self._live.append(msgspec.json.decode(payload))
        self._wake.set()

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            began = time.monotonic()
            live, self._live = self._live, []
            try:
                await self._tell(live)
                await asyncio.sleep(began + PACE - time.monotonic())
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("news could not be told, catching up")
                self._again = True
                await asyncio.sleep(0.2)
                self._wake.set()

    async def _tell(self, live: list[dict[str, Any]]) -> None:
        again, self._again = self._again, False
        ids, self._ids = self._ids, []
        try:
            batch = await self._load(ids, again=again)
        except BaseException:
            self._ids, self._again = ids + self._ids, again
            raise
        fresh = self._fresh(batch)
        for audience in self._audiences:
            try:
                if fresh:
                    await audience.news(fresh, self.position)
                if live:
                    await audience.live(live)
            except Exception:
                log.exception("an audience could not be told: its browsers come again with their positions")
                audience.drop()
        if requests := [request for event in fresh if event.message_id and (request := trace.kept(event.data))]:
            log.info("told", extra={"requests": requests})

    def _fresh(self, batch: list[Happened]) -> list[Happened]:
        """What was not told before."""
        fresh = [event for event in batch if event.id not in self._known]
        self._known |= dict.fromkeys(event.id for event in fresh)
        for old in list(islice(self._known, max(0, len(self._known) - KNOWN))):
            del self._known[old]
        return fresh

    async def _load(self, ids: list[int], *, again: bool) -> list[Happened]:
        self._trail(await events.horizon_now(self._database))
        if not any(audience.anyone() for audience in self._audiences):
            return []
        if not again:
            return await events.by_id_now(self._database, ids) if ids else []
        async with self._database.begin() as tx:
            return await events.since(tx, self.position, MOST)

    def _trail(self, horizon: int) -> None:
        """Remember the horizon now; the oldest kept one is at least :data:`TRAIL` old."""
        now = time.monotonic()
        self._horizons.append((now, horizon))
        while len(self._horizons) > 1 and self._horizons[1][0] < now - TRAIL:
            self._horizons.popleft()

    async def missed(self, position: int) -> list[Happened] | None:
        """What a browser that knows all below ``position`` has missed, None when that is too much."""
        found = await events.since_now(self._database, position, MOST + 1)
        return found if len(found) <= MOST else None
