"""Browsers that only listen: many open streams of signed-in agents, each held to account for every message.

Task: ``port path cookies streams``. Says ``ready`` when all are open; then hears ``expect``, how many messages each has
to be told of, and says ``heard`` when all were, or when none was told anything for ``patience`` seconds. At last hears
``sent``: by conversation when each of its messages was sent, in order; and says what came of it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from functools import lru_cache
from typing import Any, NamedTuple, cast

import msgspec

from madang.bench.figures import percentile
from madang.bench.loaders.tasks import cpu, tell, told, work

AT_ONCE = 50  # streams that are opened side by side
DRAWN = re.compile(rb'event: message\ndata: \{"c":(\d+),"key":"(m-[^"]+)"')
POKED = re.compile(rb'event: many\ndata: \{"c":(\[[^}]*\])\}')
GAP = re.compile(rb"event: gap\n")


class News(NamedTuple):
    """What some bytes of a stream say."""

    drawn: list[tuple[int, bytes]]  # (conversation, key of the message)
    poked: Counter[int]  # by conversation, the messages that were not drawn
    gaps: int


@lru_cache(64)
def read(blob: bytes) -> News:
    """Whole events. Streams that hear the same are given the same bytes: most of it is read once."""
    found = DRAWN.findall(blob)
    poked: Counter[int] = Counter()
    for given in POKED.findall(blob):
        poked.update(dict(msgspec.json.decode(given, type=list[tuple[int, int]])))
    return News([(int(one[0]), one[1]) for one in found], poked, len(GAP.findall(blob)))


class Listening:
    """All streams of the task."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self.expect = 0
        self.last = 0.0
        self.full = 0
        self.done = asyncio.Event()

    def heard(self, stream: Stream, news: News) -> None:
        """A stream was told something."""
        self.last = time.monotonic()
        before = stream.total
        stream.take(news, time.monotonic_ns())
        if self.expect and before < self.expect <= stream.total:
            self.full += 1
        self._look()

    def begin(self, expect: int) -> None:
        """So many are to be heard, with what was heard already: the first may have come before this was said."""
        self.expect = expect
        self.full = sum(stream.total >= expect for stream in self.streams)
        self._look()

    def _look(self) -> None:
        if self.expect and self.full == len(self.streams):  # before it is said how much, nobody has heard everything
            self.done.set()


class Stream(asyncio.Protocol):
    """One open stream."""

    def __init__(self, listening: Listening, request: bytes) -> None:
        self._listening = listening
        self._request = request
        self._kept = b""
        self._transport: asyncio.Transport | None = None
        self.open: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.keys: set[tuple[int, bytes]] = set()
        self.poked: Counter[int] = Counter()
        self.when: dict[int, list[int]] = {}  # ns, by conversation
        self.pokes = self.doubled = self.gaps = 0
        self.bytes = 0
        self.closed = False

    @property
    def total(self) -> int:
        """How many messages it was told of."""
        return len(self.keys) + self.pokes

    def take(self, news: News, now: int) -> None:
        """Count, and remember when."""
        for conversation, _ in news.drawn:
            self.when.setdefault(conversation, []).append(now)
        for conversation, times in news.poked.items():
            self.when.setdefault(conversation, []).extend([now] * times)
        before = len(self.keys)
        self.keys.update(news.drawn)
        self.doubled += len(news.drawn) - (len(self.keys) - before)
        self.poked.update(news.poked)
        self.pokes += news.poked.total()
        self.gaps += news.gaps

    def places(self) -> Counter[int]:
        """Messages by conversation."""
        return Counter(conversation for conversation, _ in self.keys) + self.poked

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """News, some perhaps cut in two."""
        self.bytes += len(data)
        if not self.open.done():
            self.open.set_result(data)
        self._kept += data
        end = self._kept.rfind(b"\n\n") + 2
        if end > 1:
            whole, self._kept = self._kept[:end], self._kept[end:]
            self._listening.heard(self, read(whole))

    def connection_lost(self, exc: Exception | None) -> None:
        """The house cut it off."""
        self.closed = True
        if not self.open.done():
            self.open.set_result(b"closed")


async def run(task: dict[str, Any]) -> None:
    """Do the task."""
    listening = Listening()
    for first in range(0, int(task["streams"]), AT_ONCE):
        await _open(listening, task, range(first, min(first + AT_ONCE, int(task["streams"]))))
    tell(ready=True)
    listening.begin(int((await told())["expect"]))
    used, listening.last = cpu(), time.monotonic()
    await _listen(listening, float(task.get("patience", 20)))
    tell(heard=True)
    used = cpu() - used
    _report(listening, used, {int(place): times for place, times in (await told())["sent"].items()})


async def _open(listening: Listening, task: dict[str, Any], numbers: range) -> None:
    loop = asyncio.get_running_loop()
    for number in numbers:
        cookie = task["cookies"][number % len(task["cookies"])]
        request = f"GET {task['path']} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n".encode()
        stream = Stream(listening, request)
        await loop.create_connection(lambda made=stream: made, "127.0.0.1", int(task["port"]))  # type: ignore[misc]
        listening.streams.append(stream)
    for stream in listening.streams[-len(numbers) :]:
        head = await asyncio.wait_for(stream.open, 30)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"a stream was refused: {head[:100]!r}")


async def _listen(listening: Listening, patience: float) -> None:
    while not listening.done.is_set() and time.monotonic() - listening.last < patience:
        try:
            await asyncio.wait_for(listening.done.wait(), 0.5)
        except TimeoutError:
            continue


def _delays(listening: Listening, sent: dict[int, list[int]]) -> list[float]:
    """Milliseconds from sending to telling, of each message on each stream; of none that was not told."""
    return [
        (told - said) / 1e6
        for stream in listening.streams
        for place, moments in sent.items()
        for told, said in zip(stream.when.get(place, ()), moments, strict=False)
    ]


def _report(listening: Listening, used: float, sent: dict[int, list[int]]) -> None:
    """Streams that were told otherwise than the first one are counted; all are meant to be alike."""
    first = listening.streams[0].places()
    milliseconds = _delays(listening, sent)
    tell(
        places=first,
        unlike=sum(stream.places() != first for stream in listening.streams[1:]),
        drawn=sum(len(stream.keys) for stream in listening.streams),
        poked=sum(stream.pokes for stream in listening.streams),
        doubled=sum(stream.doubled for stream in listening.streams),
        gaps=sum(stream.gaps for stream in listening.streams),
        closed=sum(stream.closed for stream in listening.streams),
        bytes=sum(stream.bytes for stream in listening.streams),
        last=listening.last,
        p50=percentile(milliseconds, 0.5),
        p99=percentile(milliseconds, 0.99),
        cpu=used,
    )


if __name__ == "__main__":
    work(run)
