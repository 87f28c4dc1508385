"""A visitor of the company's site, over loopback HTTP: what the widget does, without a browser.

For tests, the demo and practice. She opens the chat, writes, hears, reads, leaves her address, goes away.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

Event = tuple[str, dict[str, Any]]  # its kind and data


class Visitor:
    """One browser. ``heard`` gathers what :meth:`listening` has brought so far."""

    def __init__(self, http: httpx.AsyncClient, key: str, *, page: str = "https://shop.example/", **about: Any) -> None:
        self._http = http
        self.key = key
        self.token = ""
        self.about = {"page": {"url": page, "title": "Shop"}, "language": "ko", "timezone": "Asia/Seoul"} | about
        self.after = ""
        self.heard: list[Event] = []
        self._more = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, key: str, **about: Any) -> AsyncIterator[Visitor]:
        """A visitor at a running Madang; ``key`` is the chat channel's."""
        secure = url.startswith("https:")  # else the certificates of the world need not be read
        async with httpx.AsyncClient(base_url=url, timeout=10, verify=secure) as http:
            yield cls(http, key, **about)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    async def _post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        answer = await self._http.post(path, json=body, headers=self._headers())
        return answer.raise_for_status()

    async def open(self) -> dict[str, Any]:
        """Come, or come back: the history. A new browser is given its token first."""
        if not self.token:
            self.token = (await self._post(f"/chat/{self.key}/session", {})).json()["token"]
        history: dict[str, Any] = (await self._post(f"/chat/{self.key}/session", {})).json()
        self.after = history["after"]
        return history

    async def sign_in(self, user_id: str, signature: str, **profile: str) -> None:
        """The page says who she is. What she said before in this browser follows her."""
        before, self.token = self.token, ""
        answer = await self._post(f"/chat/{self.key}/session", {"user": {"id": user_id, "hash": signature}})
        self.token = answer.json()["token"]
        self.about |= profile | ({"was": before} if before.startswith("c.") else {})

    async def older(self, before: int) -> dict[str, Any]:
        """Earlier messages."""
        path = f"/chat/{self.key}/messages"
        answer = await self._http.get(path, params={"before": before}, headers=self._headers())
        made: dict[str, Any] = answer.raise_for_status().json()
        return made

    async def tell(self, frame: Mapping[str, Any]) -> httpx.Response:
        """Post one frame; durable when it returns."""
        return await self._post(f"/hooks/{self.key}", frame)

    async def say(self, text: str, *, files: Sequence[str] = (), id: str = "") -> str:
        """Write a message; returns its id. The same id again is the same message."""
        if not self.token:
            await self.open()
        number = id or str(uuid.uuid4())
        await self.tell({"type": "message", "id": number, "text": text, "files": list(files), **self.about})
        return number

    async def leave_email(self, email: str) -> None:
        """Say where an answer finds her."""
        await self.tell({"type": "profile", "id": str(uuid.uuid4()), **self.about, "email": email})

    async def read(self, message: Mapping[str, Any], state: str = "read") -> None:
        """Say that she has (read) a message of ours."""
        about = [{"id": message["id"], "mark": message["mark"]}]
        await self.tell({"type": "receipt", "state": state, "about": about})

    async def type(self) -> None:
        """She is writing."""
        await self._post(f"/chat/{self.key}/typing", {})

    async def look(self, url: str, title: str = "") -> httpx.Response:
        """Look at a page; the page says that she agreed to be seen."""
        return await self._post(f"/chat/{self.key}/page", {"url": url, "title": title, "consent": True})

    async def upload(self, name: str, content: bytes, mime: str = "application/octet-stream") -> dict[str, Any]:
        """Leave a file for the next message: its key, and what we take it for."""
        headers = self._headers() | {"content-type": mime, "madang-name": quote(name)}
        answer = await self._http.post(f"/chat/{self.key}/files", content=content, headers=headers)
        made: dict[str, Any] = answer.raise_for_status().json()
        return made

    async def download(self, file_key: str, **headers: str) -> httpx.Response:
        """Fetch a file of a message; ``range="bytes=0-99"`` for a part of it."""
        return await self._http.get(f"/chat/{self.key}/files/{file_key}", headers=self._headers() | headers)

    async def away(self) -> None:
        """Close the page."""
        await self._post(f"/chat/{self.key}/away", {})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Keep the stream open meanwhile; what comes is in :attr:`heard`. Raises ReadError when the house ends it."""
        path = f"/chat/{self.key}/stream"
        async with self._http.stream("GET", path, params={"after": self.after}, headers=self._headers()) as answer:
            answer.raise_for_status()
            try:
                async with asyncio.TaskGroup() as group:
                    task = group.create_task(self._hear(answer))
                    yield
                    task.cancel()
            except ExceptionGroup as several:
                raise several.exceptions[0] from None

    async def _hear(self, answer: httpx.Response) -> None:
        kind = ""
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "id":
                self.after = value
            elif name == "data" and kind != "beat":
                self._note(kind, msgspec.json.decode(value))
        raise httpx.ReadError("the stream has ended")

    def _note(self, kind: str, data: dict[str, Any]) -> None:
        """A message comes again when something of it has changed: then it is called ``changed``."""
        again = kind == "message" and any(one.get("id") == data["id"] for _, one in self.heard)
        self.heard.append(("changed" if again else kind, data))
        self._more.set()

    async def hears(self, kind: str, seconds: float = 5, **wanted: Any) -> dict[str, Any]:
        """The first event of this kind (with these data) heard so far, or within ``seconds``."""
        async with asyncio.timeout(seconds):
            while True:
                for name, data in self.heard:
                    if name == kind and all(data.get(key) == value for key, value in wanted.items()):
                        return data
                self._more.clear()
                await self._more.wait()
