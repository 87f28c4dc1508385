"""Group commit: one flush at a time, and what gathers while it runs is the next group. No fixed window."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from contextvars import Context
from typing import Any

from madang.channels.connector import Delivery
from madang.channels.store import Packed, pack, store_group, wake_intake_now
from madang.lib import trace
from madang.lib.files import Files
from madang.lib.meters import SIZES, Histogram
from madang.lib.postgres import Database

log = logging.getLogger("madang.door")


class NotStored(Exception):
    """The database did not take the delivery: the provider should repeat it."""


class Door:
    """Makes deliveries durable, many in one transaction. One a process; arrival order is envelope order."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files
        self.sizes, self.seconds = Histogram(SIZES), Histogram()  # of the commits
        self._waiting: list[tuple[Packed, asyncio.Future[bool]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._waking: asyncio.Task[None] | None = None

    async def put(self, channel_id: int, deliveries: Sequence[Delivery]) -> list[bool]:
        """Durable when it returns: per delivery whether it was new. Raises :class:`NotStored`."""
        futures = [self._enter(await pack(self._files, channel_id, one)) for one in deliveries]
        return [await futures[0]] if len(futures) == 1 else await asyncio.gather(*futures)

    def _enter(self, packed: Packed) -> asyncio.Future[bool]:
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((packed, future))
        if self._flushing is None:
            # in a context of its own: what is flushed is not the first one's alone
            self._flushing = asyncio.create_task(self._flush(), context=Context())
        return future

    async def _flush(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._commit(group)
        finally:
            self._flushing = None

    async def _commit(self, group: list[tuple[Packed, asyncio.Future[bool]]]) -> None:
        begun = time.perf_counter()
        try:
            fresh = await store_group(self._database, [packed for packed, _ in group])
        except Exception as error:
            told = "a group of %d deliveries was not stored; the providers are told to repeat"
            log.exception(told, len(group), extra=_about(group))
            for _, future in group:
                if not future.done():
                    future.set_exception(NotStored(str(error)))
            return
        self.seconds.observe(time.perf_counter() - begun)
        self.sizes.observe(len(group))
        log.info("stored", extra=_about(group))
        for packed, future in group:
            if not future.done():
                future.set_result((packed.channel_id, packed.key) in fresh)
        if self._waking is None:
            self._waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        """At most one notice every 10 ms, outside the group's commit: NOTIFY serialises commits."""
        await asyncio.sleep(0.01)
        self._waking = None
        with contextlib.suppress(Exception):  # the workers also look by themselves
            await wake_intake_now(self._database)


def _about(group: Sequence[tuple[Packed, object]]) -> dict[str, Any]:
    return {"requests": [trace.kept(packed.meta) for packed, _ in group]}
