"""The API side: a company's own program, which posts until it is told 2xx, and takes answers at its callback."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import msgspec

from madang.channels.registry import simulator
from madang.tests.cast import SECRET
from tests.faults.pace import Pace
from tests.faults.speech import Line, mark_of

AGAIN = 0.05  # seconds between two tries of a post that was not accepted
REPEATED = 0.1  # of what was accepted is posted once more, as a provider does that did not hear the answer


class Shop:
    """Knows what it was told 2xx for (``accepted``, by customer), and what it received."""

    def __init__(self, base: str, seed: int) -> None:
        self.machine: Any = simulator("api").Simulator(SECRET)
        self.http = httpx.AsyncClient(base_url=base, timeout=10)
        self.hook = ""
        self.accepted: dict[str, list[str]] = defaultdict(list)
        self.tries = 0
        self.repeats = 0
        self._rng = Random(f"{seed} shop repeats")

    async def write(self, pens: list[list[Line]], pace: Pace) -> None:
        """All pens side by side, each line by line."""
        await asyncio.gather(*(self._pen(one, pace) for one in pens))

    async def _pen(self, lines: list[Line], pace: Pace) -> None:
        for line in lines:
            await pace.turn("shop")
            await self._post(line)
            self.accepted[line.who].append(line.mark)
            pace.count("shop")
            if self._rng.random() < REPEATED:
                self.repeats += 1
                await self._post(line)

    async def _post(self, line: Line) -> None:
        sender = {"kind": "scoped", "value": line.who, "name": f"Customer {line.who}"}
        body = {"type": "message", "id": line.mark, "from": sender, "text": line.text}
        raw = msgspec.json.encode(body | {"at": datetime.now(UTC)})
        while not await self._taken(f"hook-{line.mark}", raw):
            await asyncio.sleep(AGAIN)

    async def _taken(self, webhook_id: str, raw: bytes) -> bool:
        self.tries += 1
        try:
            answer = await self.http.post(self.hook, content=raw, headers=self.machine.headers(webhook_id, raw))
        except httpx.HTTPError:
            return False
        return answer.is_success

    def arrived(self) -> list[str]:
        """The marks of our answers it has, in order of arrival, once for each webhook-id."""
        return [mark_of(one["text"]) for one in self.machine.received.values()]

    async def close(self) -> None:
        """Stop."""
        await self.machine.stop()
        await self.http.aclose()
