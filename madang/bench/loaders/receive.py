"""The provider's side of answers: takes webhooks over kept connections and notes when each came, once.

Task: nothing. Says its ``port``; hears ``expect``, how many different answers are to come, and says what came of it
when they have, or when none came for ``patience`` seconds.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any, cast

from madang.bench.figures import percentile
from madang.bench.loaders.tasks import tell, told, work

OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
NAME = re.compile(rb"\r\nwebhook-id: *([^\r]+)", re.IGNORECASE)
MARK = re.compile(rb"#q\d+t(\d+);")


class Received:
    """What came."""

    def __init__(self) -> None:
        self.names: set[bytes] = set()
        self.posts = 0
        self.delays: list[float] = []  # ms
        self.last = time.monotonic()

    def take(self, head: bytes, body: bytes) -> None:
        """One whole request."""
        now = time.monotonic_ns()
        self.posts += 1
        name, mark = NAME.search(head), MARK.search(body)
        if name is None or mark is None or name[1] in self.names:
            return
        self.names.add(name[1])
        self.last = now / 1e9
        self.delays.append((now - int(mark[1])) / 1e6)


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._kept = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._kept += data
        while (end := self._kept.find(b"\r\n\r\n") + 4) > 3:
            length = LENGTH.search(self._kept, 0, end)
            whole = end + int(length[1]) if length else end
            if len(self._kept) < whole:
                return
            self._received.take(self._kept[:end], self._kept[end:whole])
            self._kept = self._kept[whole:]
            if self._transport is not None:
                self._transport.write(OK)


async def run(_task: dict[str, Any]) -> None:
    """Serve one count after another, until whoever started us is gone."""
    received = Received()
    server = await asyncio.get_running_loop().create_server(lambda: Line(received), "127.0.0.1", 0)
    tell(port=server.sockets[0].getsockname()[1])
    while True:
        task = await told()
        received.__init__()  # type: ignore[misc]  # the same object: open connections know it
        tell(ready=True)
        await _listen(received, int(task["expect"]), float(task.get("patience", 20)))
        tell(
            received=len(received.names),
            posts=received.posts,
            last=received.last,
            p50=percentile(received.delays, 0.5),
            p99=percentile(received.delays, 0.99),
        )


async def _listen(received: Received, expect: int, patience: float) -> None:
    while len(received.names) < expect and time.monotonic() - received.last < patience:
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    work(run)
