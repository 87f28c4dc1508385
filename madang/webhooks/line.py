"""The line to one receiver: connections of its own, so many calls at once, and sense when nobody answers."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from madang.lib.http import Client, Guard
from madang.lib.language import marked as _
from madang.webhooks.actions import queue
from madang.webhooks.actions.queue import Job, Outcome
from madang.webhooks.models import Stage
from madang.webhooks.posting import LIMIT, TIMEOUT, post

log = logging.getLogger("madang.webhooks")


class Line:
    """More is in hand than is called at once: while one batch is on its way the next is made ready."""

    def __init__(self, guard: Guard) -> None:
        self._client = Client(guard=guard, timeout=TIMEOUT, total=TIMEOUT, limit=LIMIT)
        self._free = asyncio.Semaphore(queue.AT_ONCE)
        self._calls = 0
        self._failures = 0  # in a row

    async def send(self, job: Job, keys: list[bytes], name: str, body: bytes) -> Outcome:
        """Say it once. When those before it failed, it is given back rather than thrown after them."""
        async with self._free:
            if self._failures >= queue.WEAK and self._calls:
                return Outcome(job, Stage.WAITING)
            self._calls += 1
            try:
                outcome = await self._post(job, keys, name, body)
            finally:
                self._calls -= 1
            self._failures = 0 if outcome.good else self._failures + 1
            return outcome

    async def _post(self, job: Job, keys: list[bytes], name: str, body: bytes) -> Outcome:
        try:
            return await post(self._client, job, keys, name, body)
        except Exception:
            log.exception("delivery %s of webhook %s broke off", job.id, job.webhook_id)
            return Outcome(job, Stage.WAITING, _("The connection broke off."), timedelta(minutes=1))

    async def close(self) -> None:
        """Let go of its connections."""
        await self._client.close()
