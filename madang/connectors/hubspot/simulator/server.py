"""The account behind a socket: who may ask, how often, and what goes wrong when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from madang.connectors.hubspot.simulator.api import Api
from madang.connectors.hubspot.simulator.portal import Portal, Refused
from madang.connectors.hubspot.webhooks import sign
from madang.lib.http import Answer, Client

Mood = int | Literal["silence", "drop", "half"]  # a status; no answer; hang up; do it, then hang up without a word
WINDOW, MOST, SEARCHES = 10.0, 100, 5  # seconds; calls in them; searches in one second


class Simulator:
    """Start it, give ``url`` to the set-up as the API's address, and look into ``portal``."""

    def __init__(self, token: str = "pat-na1-test", client_secret: str = "client-secret") -> None:
        self.token, self.client_secret = token, client_secret
        self.portal = Portal()
        self.api = Api(self.portal)
        self.url = ""
        self.calls: list[tuple[str, str]] = []
        self.limited = 0  # how often somebody was told to wait
        self._moods: deque[tuple[str, Mood]] = deque()
        self._times: deque[float] = deque()
        self._searches: deque[float] = deque()
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()
        self._told = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening, and end the visits that are under way."""
        if self._server is not None:
            self._server.close()
        for visit in list(self._visits):
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def will(self, *moods: Mood, path: str = "") -> None:
        """How the next calls (whose path ends so) are answered, one each; after that as usual."""
        self._moods.extend((path, one) for one in moods)

    async def tell(self, hook: str, address: str = "") -> Answer | None:
        """Post what has happened since the last time, signed for ``address`` (by default where it is posted)."""
        news = self.portal.news[self._told :][:100]
        if not news:
            return None
        self._told += len(news)
        return await self.post(hook, msgspec.json.encode(news), address=address)

    def headers(self, address: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
        """The signed headers of a webhook to ``address``."""
        stamp = str(int((at or datetime.now(UTC)).timestamp() * 1000))
        return {
            "content-type": "application/json",
            "x-hubspot-request-timestamp": stamp,
            "x-hubspot-signature-v3": sign(self.client_secret, "POST", address, body, stamp),
        }

    async def post(self, hook: str, body: bytes, *, address: str = "", at: datetime | None = None) -> Answer:
        """A webhook."""
        client = Client(["127.0.0.0/8"])
        try:
            return await client.request("POST", hook, headers=self.headers(address or hook, body, at), content=body)
        finally:
            await client.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._visits.add(task)
            task.add_done_callback(self._visits.discard)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while await self._serve(reader, writer):
                pass
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection goes on."""
        method, target, headers, body = await _request(reader)
        self.calls.append((method, urlsplit(target).path))
        mood = self._mood(urlsplit(target).path)
        if mood == "drop":
            return False
        if mood == "silence":
            await reader.read()
            return False
        status, said = (
            (mood, _error(mood, "", "")) if isinstance(mood, int) else self._answer(method, target, headers, body)
        )
        if mood == "half":
            return False
        content = b"" if said is None else msgspec.json.encode(said)
        again = "retry-after: 1\r\n" if status == 429 else ""
        head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json;charset=utf-8\r\n{again}"
        writer.write(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()
        return True

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        path, query = urlsplit(target).path, _query(urlsplit(target).query)
        if headers.get("authorization") != f"Bearer {self.token}":
            return 401, _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        if self._too_often(path):
            self.limited += 1
            return 429, _error(429, "RATE_LIMITS", "You have reached your ten_secondly_rolling limit.")
        verb = "read" if method == "GET" or path.endswith(("/read", "/search", "-info")) else "write"
        if f"crm.objects.contacts.{verb}" not in self.api.scopes and not path.endswith("-info"):
            return 403, _error(403, "MISSING_SCOPES", f"This app lacks crm.objects.contacts.{verb}")
        try:
            return self.api.answer(method, unquote(path), query, msgspec.json.decode(body) if body else {})
        except Refused as error:
            return error.status, _error(error.status, error.category, error.message)
        except (KeyError, TypeError, ValueError, msgspec.DecodeError) as error:
            return 400, _error(400, "VALIDATION_ERROR", f"Invalid input: {error!r}")

    def _too_often(self, path: str) -> bool:
        now = asyncio.get_running_loop().time()
        kept = [(self._times, WINDOW, MOST)]
        if path.endswith("/search"):
            kept.append((self._searches, 1.0, SEARCHES))
        for times, window, _most in kept:
            while times and times[0] <= now - window:
                times.popleft()
            times.append(now)
        return any(len(times) > most for times, _window, most in kept)

    def _mood(self, path: str) -> Mood | None:
        if self._moods and path.endswith(self._moods[0][0]):
            return self._moods.popleft()[1]
        return None


def _query(text: str) -> dict[str, str]:
    """A list is one text with commas, or the same name several times."""
    made: dict[str, str] = {}
    for name, value in parse_qsl(text):
        made[name] = f"{made[name]},{value}" if name in made else value
    return made


def _error(status: int, category: str, message: str) -> dict[str, str]:
    return {
        "status": "error",
        "message": message or f"internal error {status}",
        "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf",
        "category": category or "INTERNAL_ERROR",
    }


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    pairs = (line.partition(":") for line in head.split("\r\n")[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    method, target, _ = head.split(" ", 2)
    return method, target, headers, await reader.readexactly(int(headers.get("content-length", "0")))
