"""One open stream to one browser: a list and a future, served as raw ASGI (no task group, no timer a stream)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FULL = 512  # blobs that wait for a slow browser; then it is cut off and comes again with its position
BEAT = 20.0  # seconds without a sign of life at most, so that proxies keep the line open
HEAD = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def sse(kind: str, data: object, position: int | None = None) -> bytes:
    """One server-sent event with JSON data. Lines end in LF; JSON has none of its own."""
    head = f"id: {position}\n" if position is not None else ""
    return f"{head}event: {kind}\ndata: ".encode() + msgspec.json.encode(data) + b"\n\n"


ALIVE = sse("beat", 0)  # an event: a comment would be hidden from the script that wonders whether the line is dead


class Tap:
    """What is said here reaches one browser. ``who`` is whatever its audience needs to decide what it may hear."""

    __slots__ = ("_beat", "_blobs", "_spoke", "_waiter", "closed", "who")

    def __init__(self, who: Any) -> None:
        self.who = who
        self.closed = False
        self._blobs: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self._beat: asyncio.TimerHandle | None = None
        self._spoke = False  # since the last look

    def say(self, blob: bytes) -> None:
        """Queue a blob; a browser that does not keep up is cut off."""
        if len(self._blobs) >= FULL:
            self.close()
            return
        self._blobs.append(blob)
        self._wake()

    def close(self) -> None:
        """End the stream; the browser opens it again with its position."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def serve(self, receive: Receive, send: Send, first: bytes = b"") -> None:
        """Send ``first`` and then all that is said, until either side ends it."""
        gone = asyncio.create_task(self._gone(receive))
        self._look()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEAD})
            await send(_body(b": hello\nretry: 1000\n\n" + first))
            while not self.closed:
                await self._wait()
                blobs, self._blobs, self._spoke = self._blobs, [], True
                await send(_body(b"".join(blobs) or ALIVE))
            await send({"type": "http.response.body", "body": b""})
        except OSError:
            pass
        finally:
            self.closed = True
            gone.cancel()
            if self._beat is not None:
                self._beat.cancel()

    async def _wait(self) -> None:
        if self._blobs or self.closed:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def _look(self) -> None:
        """One timer a stream, not one a blob: a line on which nothing was said since the last look gets a beat."""
        self._beat = asyncio.get_running_loop().call_later(BEAT / 2, self._look)
        if not self._spoke:
            self._wake()
        self._spoke = False

    async def _gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.close()


def _body(blob: bytes) -> MutableMapping[str, Any]:
    return {"type": "http.response.body", "body": blob, "more_body": True}
