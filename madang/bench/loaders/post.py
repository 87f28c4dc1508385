"""Posts whole requests over kept connections: as fast as they are answered, or at a rate whatever the answers do.

Task: ``host port kind connections depth count rate first`` and what the kind of request needs. ``rate`` 0 is
saturation: each connection keeps ``depth`` requests under way, all made beforehand. At a rate a request's time counts
from when it was due, so that a server that stalls is not flattered. Says ``ready``, waits for a line, says the result.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, deque
from functools import partial
from typing import Any, cast

from madang.bench.figures import percentile
from madang.bench.loaders.requests import KINDS, Make
from madang.bench.loaders.tasks import cpu, tell, told, work

STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
TURN = 0.002  # seconds between two looks at what is due


class Post:
    """The whole task, and what has come of it."""

    def __init__(self, task: dict[str, Any], make: Make) -> None:
        self.task = task
        self.make = make
        self.count = int(task["count"])
        self.first = int(task.get("first", 0))
        self.took: list[int] = []  # ns, of every answer
        self.statuses: Counter[str] = Counter()
        self.broken = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def answered(self, statuses: list[str], sent: list[int]) -> None:
        """Answers came."""
        now = time.monotonic_ns()
        self.took += [now - one for one in sent]
        self.statuses.update(statuses)
        self._look()

    def lost(self, under_way: int) -> None:
        """A connection broke with so many requests under way."""
        self.broken += under_way
        self._look()

    def _look(self) -> None:
        if len(self.took) + self.broken >= self.count and not self.done.done():
            self.done.set_result(None)


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, post: Post, waiting: deque[bytes]) -> None:
        self._post = post
        self._waiting = waiting
        self._sent: deque[int] = deque()
        self._tail = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class

    def begin(self, depth: int) -> None:
        """Put the first requests under way."""
        self._next(depth)

    def send(self, requests: list[bytes], due: int) -> None:
        """Send now what was due then."""
        if requests and self._transport is not None:
            self._sent.extend([due] * len(requests))
            self._transport.write(b"".join(requests))

    def data_received(self, data: bytes) -> None:
        """Answers, some perhaps cut in two. Only their status lines are looked at."""
        given = self._tail + data
        found = list(STATUS.finditer(given))
        end = found[-1].end() if found else 0
        self._tail = given[max(end, len(given) - 11) :]  # a status line is 12 bytes
        if found:
            self._post.answered([one[1].decode() for one in found], [self._sent.popleft() for _ in found])
            self._next(len(found))

    def _next(self, most: int) -> None:
        some = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self.send(some, time.monotonic_ns())

    def connection_lost(self, exc: Exception | None) -> None:
        """What is under way has no answer any more."""
        self._post.lost(len(self._sent) + len(self._waiting))


async def run(task: dict[str, Any]) -> None:
    """Do the task."""
    post = Post(task, KINDS[task["kind"]](task))
    lines = await _open(post, paced=bool(task.get("rate")))
    tell(ready=True)
    await told()
    began, used = time.monotonic(), cpu()
    if task.get("rate"):
        await _paced(post, lines, float(task["rate"]))
    else:
        for line in lines:
            line.begin(int(task["depth"]))
    await asyncio.wait([post.done], timeout=float(task.get("patience", 120)))
    _report(post, began, cpu() - used)


async def _open(post: Post, *, paced: bool) -> list[Line]:
    """The connections; at saturation each with its share of requests, made now."""
    connections = int(post.task["connections"])
    shares: list[deque[bytes]] = [deque() for _ in range(connections)]
    for number in range(0 if paced else post.count):
        shares[number % connections].append(post.make(post.first + number, 0))
    loop, lines = asyncio.get_running_loop(), []
    for share in shares:
        made = await loop.create_connection(partial(Line, post, share), "127.0.0.1", int(post.task["port"]))
        lines.append(made[1])
    return lines


async def _paced(post: Post, lines: list[Line], rate: float) -> None:
    began, step = time.monotonic_ns(), 1e9 / rate
    number = 0
    while number < post.count:
        now = time.monotonic_ns()
        while number < post.count and (due := began + int(number * step)) <= now:
            lines[number % len(lines)].send([post.make(post.first + number, due)], due)
            number += 1
        await asyncio.sleep(TURN / 2)


def _report(post: Post, began: float, used: float) -> None:
    milliseconds = [one / 1e6 for one in post.took]
    good = sum(count for status, count in post.statuses.items() if status.startswith("2"))
    tell(
        accepted=good,
        statuses=dict(post.statuses),
        broken=post.broken,
        began=began,
        seconds=time.monotonic() - began,
        p50=percentile(milliseconds, 0.5),
        p99=percentile(milliseconds, 0.99),
        cpu=used,
    )


if __name__ == "__main__":
    work(run)
