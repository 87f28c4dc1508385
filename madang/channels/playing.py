"""What every simulated provider is: an API on loopback that can be told to fail, and the phones of its customers.

``simulator.Simulator`` of a connector's folder is a :class:`Provider`. Tests, the demo's phone and practice speak with
all of them in this one way; what only one provider can do is in its own class.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec
import uvicorn

from madang.channels.connector import Button
from madang.lib.http import Answer, Client

Mood = int | Literal["silence", "drop"]  # a status; no answer at all; do what is asked, then hang up without a word
Verb = Literal[
    "say", "file", "press", "react", "edit", "unsend", "read", "typing", "place", "block", "unblock", "leave"
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file in a bubble. ``content`` may be empty where the provider shows a link only."""

    name: str
    mime: str
    content: bytes = b""
    url: str = ""


@dataclass(slots=True)
class Bubble:
    """One message as the customer's phone shows it. ``mine``: she said it. ``id`` is the provider's."""

    id: str
    mine: bool
    text: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    files: tuple[Shown, ...] = ()
    buttons: tuple[Button, ...] = ()
    author: str = ""
    state: str = ""  # of hers: sent or read, where the provider shows it
    edited: bool = False
    gone: bool = False
    reaction: str = ""
    kind: str = ""  # '', or what it is for the provider: SMS, LMS, AlimTalk, template, comment, …


class Person(ABC):
    """One customer's phone at one provider. ``bubbles`` is what she sees, oldest first."""

    verbs: ClassVar[frozenset[Verb]] = frozenset({"say"})

    def __init__(self, name: str) -> None:
        self.name = name
        self.bubbles: list[Bubble] = []
        self.typing = False  # whether our side seems to be writing

    @abstractmethod
    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Write. Raises :class:`Undelivered` when the house did not take the webhook."""

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """Press a button. Where there are no real ones, she writes its label."""
        return await self.say(button.label)

    async def follow(self, url: str) -> None:
        """Come by a link (``Linked``), with its code; NotImplementedError where it only writes words for her."""
        raise NotImplementedError(f"{type(self).__name__} is only written words by a link")

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """One of the small things in ``verbs``: react, edit, unsend, read, typing, place, block, unblock, leave."""
        raise NotImplementedError(f"{type(self).__name__} cannot {verb}")

    def find(self, id: str) -> Bubble | None:
        """The bubble with the provider's id."""
        return next((one for one in self.bubbles if one.id == id), None)

    async def sees(self, *words: str, seconds: float = 10) -> Bubble:
        """The newest bubble from our side that holds all these words; waits for it. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                for bubble in reversed(self.bubbles):
                    if not bubble.mine and all(word in bubble.text for word in words):
                        return bubble
                await asyncio.sleep(0.02)


class Undelivered(Exception):
    """The house did not take a webhook: its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"the house answered {answer.status}: {answer.body[:300].decode('utf-8', 'replace')}")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the provider's API."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises :class:`Refused` with 400."""
        try:
            return msgspec.json.decode(self.body or b"{}")
        except msgspec.DecodeError:
            raise Refused(400, {"message": "the body is no JSON"}) from None

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Told:
    """What the API answers. A body that is not bytes is JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The API says no."""

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        super().__init__(f"{status}: {body}")
        self.told = Told(body, status, headers)


class Provider(ABC):
    """A provider on loopback. ``calls`` is every call of its API, in order; ``will`` makes the next ones fail."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Asked] = []
        self.files: dict[str, Shown] = {}  # what it serves below /played/
        self._moods: deque[tuple[str, Mood, Mapping[str, str]]] = deque()
        self._host: _Host | None = None

    @abstractmethod
    def form(self) -> dict[str, str]:
        """The set-up form of a channel that speaks with this provider, secrets and all."""

    @abstractmethod
    def person(self, hook: str, name: str = "미나", **more: Any) -> Person:
        """A customer of the channel whose webhooks go to ``hook``, a whole address. The same name is the same one."""

    @abstractmethod
    async def answer(self, asked: Asked) -> Told:
        """One call of the API. Raises :class:`Refused`."""

    def error(self, status: int) -> Any:
        """The body of an error as this provider writes it."""
        return {"message": f"the simulator was told to answer {status}"}

    async def start(self) -> None:
        """Listen on a free port; ``url`` is there then."""
        self._host = _Host(self._asgi)
        self.url = await self._host.start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._host is not None:
            await self._host.stop()

    def will(self, *moods: Mood, path: str = "", **headers: str) -> None:
        """How the next calls (whose path holds ``path``) are answered, one each; after that as usual."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self._moods.extend((path, mood, given) for mood in moods)

    def calm(self) -> None:
        """From now on every call is answered as usual."""
        self._moods.clear()

    def serve(self, content: bytes, name: str, mime: str) -> str:
        """An address at which the house can fetch this file."""
        key = secrets.token_hex(8)
        self.files[key] = Shown(name, mime, content)
        return f"{self.url}/played/{key}"

    async def post(self, hook: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """A webhook to the house. Raises :class:`Undelivered` for whatever is not 2xx."""
        client = Client(["127.0.0.0/8", "::1"])
        try:
            answer = await client.request("POST", hook, headers=headers, content=body)
        finally:
            await client.close()
        if not answer.ok:
            raise Undelivered(answer)
        return answer

    async def _asgi(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        asked = await _asked(scope, receive)
        told = await self._told(asked)
        if told == "silence":
            await _wait_for_end(receive)
            return
        if told == "drop":  # begun and never ended: the server hangs up
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            return
        body = told.body if isinstance(told.body, bytes) else msgspec.json.encode(told.body)
        mime = "application/octet-stream" if isinstance(told.body, bytes) else "application/json"
        headers = {"content-type": mime, "content-length": str(len(body))} | dict(told.headers)
        pairs = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": told.status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    async def _told(self, asked: Asked) -> Told | Literal["silence", "drop"]:
        if asked.path.startswith("/played/"):
            file = self.files.get(asked.path.removeprefix("/played/"))
            return Told(file.content, 200, {"content-type": file.mime}) if file else Told({}, 404)
        self.calls.append(asked)
        mood, headers = self._mood(asked.path)
        if isinstance(mood, int):
            return Told(self.error(mood), mood, headers)
        if mood == "silence":
            return mood
        try:
            told = await self.answer(asked)
        except Refused as error:
            told = error.told
        return mood if mood == "drop" else told

    def _mood(self, path: str) -> tuple[Mood | None, Mapping[str, str]]:
        for place, (part, mood, headers) in enumerate(self._moods):
            if part in path:
                del self._moods[place]
                return mood, headers
        return None, {}


async def _asked(scope: Any, receive: Any) -> Asked:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Asked(scope["method"], urlsplit(scope["path"]).path, query, headers, body)


async def _wait_for_end(receive: Any) -> None:
    """The other side loses patience, or the simulator is stopped."""
    while (await receive())["type"] != "http.disconnect":
        pass


class _Host:
    """A server on a free port of loopback, in this loop."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        config = uvicorn.Config(
            app, "127.0.0.1", 0, interface="asgi3", log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Its address, once it listens."""
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.005)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """End at once, even where somebody is kept waiting. (Asked politely, the server takes a fifth of a second.)"""
        for server in getattr(self._server, "servers", ()):
            server.close()
        for connection in list(self._server.server_state.connections):
            connection.shutdown()
        working = [*self._server.server_state.tasks, *([self._task] if self._task else [])]
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
