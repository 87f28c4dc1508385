"""The other side of the channel, on loopback: a shop's own program that signs and posts, receives and verifies.

It signs and verifies with the standard's published package, not with our code: the independent judge of both ways.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Literal

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError

from madang.lib.http import Answer, Client

Mood = int | Literal["silence", "drop"]  # a status; no answer; take it, then hang up without a word


@dataclass(slots=True)
class Simulator:
    """Start it, give ``url`` to the channel as its callback, and look at ``received``.

    ``received`` holds each answer once, however often it was posted; ``tries`` counts every post by webhook-id.
    ``files`` are what it serves to whoever gets ``files_url`` and the name.
    """

    secret: str
    received: dict[str, dict[str, Any]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    forged: int = 0
    retry_after: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    url: str = ""
    _moods: deque[Mood] = field(default_factory=deque)
    _server: asyncio.Server | None = None
    _visits: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/answers"

    @property
    def files_url(self) -> str:
        """Where its files begin."""
        return self.url.replace("/answers", "/files/")

    async def stop(self) -> None:
        """Stop listening, and end the visits that are under way."""
        if self._server is not None:
            self._server.close()
        for visit in list(self._visits):
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def will(self, *moods: Mood) -> None:
        """How the next posts are answered, one each; after that 200."""
        self._moods.extend(moods)

    def calm(self) -> None:
        """From now on posts are answered as usual."""
        self._moods.clear()

    def headers(self, webhook_id: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
        """The signed headers of a webhook to the house."""
        at = at or datetime.now(UTC)
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(webhook_id, at, body.decode()),
            "content-type": "application/json",
        }

    async def post(self, hook: str, webhook_id: str, event: dict[str, Any]) -> Answer:
        """Sign ``event`` and post it to the channel's hook address."""
        body = msgspec.json.encode(event)
        client = Client(["127.0.0.0/8", "::1"])
        try:
            return await client.request("POST", hook, headers=self.headers(webhook_id, body), content=body)
        finally:
            await client.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._visits.add(task)
            task.add_done_callback(self._visits.discard)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            method, path, headers, body = await _request(reader)
            served = b""
            if method == "GET":
                mood = self._mood() if path.rpartition("/")[2] in self.files else 404
                served = self.files.get(path.rpartition("/")[2], b"")
            else:
                mood = self._take(headers, body)
            if mood == "silence":
                await reader.read()
            elif mood != "drop":
                writer.write(self._answer(mood, served))
                await writer.drain()
        writer.close()

    def _take(self, headers: dict[str, str], body: bytes) -> Mood:
        """Verify and keep one webhook; how to answer it."""
        webhook_id = headers.get("webhook-id", "")
        self.tries[webhook_id] = self.tries.get(webhook_id, 0) + 1
        try:
            event = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 401
        mood = self._mood()
        if mood in (200, "drop") and event["type"] != "ping":
            self.received[webhook_id] = event
        return mood

    def _mood(self) -> Mood:
        return self._moods.popleft() if self._moods else 200

    def _answer(self, status: int, body: bytes) -> bytes:
        retry = f"retry-after: {self.retry_after}\r\n" if self.retry_after else ""
        date = format_datetime(datetime.now(UTC), usegmt=True)
        head = f"HTTP/1.1 {status} -\r\ndate: {date}\r\n{retry}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        return head.encode() + body


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    pairs = (line.partition(":") for line in head.split("\r\n")[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    method, path, _ = head.split(" ", 2)
    return method, path, headers, await reader.readexactly(int(headers.get("content-length", "0")))
