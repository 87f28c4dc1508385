"""Those who meet a cluster: agents at either web, a shop that posts, and ears on a desk stream."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import httpx
import msgspec

from madang.desk.tests.visitor import NAVIGATION, PASSWORD, SCRIPT, Visitor
from tests.cluster.processes import Machine

Heard = tuple[str, dict[str, Any]]


class Agent(Visitor):
    """One browser that talks to whichever web the balancer gives it."""

    def __init__(self, web: Machine) -> None:
        self.http = httpx.AsyncClient(base_url=web.url, headers=NAVIGATION, timeout=20)
        self.page = ""

    def go_to(self, web: Machine) -> None:
        """The balancer sends her elsewhere; the cookies are the same."""
        self.http.base_url = httpx.URL(web.url)

    async def enter(self, email: str) -> None:
        """Sign in."""
        answer = await self.sign_in(email, PASSWORD)
        assert answer.status_code == 303, self.text


class Ears:
    """One desk stream; it opens again by itself, at ``web``, with its position, as a browser does."""

    def __init__(self, agent: Agent, web: Machine) -> None:
        self.agent, self.web = agent, web
        self.heard: list[Heard] = []
        self.screen: dict[str, str] = {}
        self.after = ""
        self.opened = 0
        self.ended = 0
        self.refused = 0

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._once()
                self.ended += 1
            except httpx.HTTPStatusError:
                self.refused += 1
                await asyncio.sleep(0.3)
            except httpx.HTTPError:
                self.ended += 1
                await asyncio.sleep(0.05)

    async def _once(self) -> None:
        headers = SCRIPT | ({"last-event-id": self.after} if self.after else {})
        url = f"{self.web.url}/stream"
        async with self.agent.http.stream("GET", url, headers=headers, timeout=None) as answer:
            answer.raise_for_status()
            self.opened += 1
            kind = ""
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    self.after = value
                elif name == "data":
                    self.heard.append((kind, msgspec.json.decode(value)))

    async def texts(self, pattern: str) -> list[str]:
        """What the bubbles on her screen say, as far as it fits: those that were told, and those she was told to ask
        for, as the desk does when many come at once."""
        heard, self.heard = self.heard, []
        for number in {one for kind, data in heard if kind == "many" for one, _count in data["c"]}:
            answer = await self.agent.http.get(f"{self.web.url}/c/{number}/newest", headers=SCRIPT)
            self._see(answer.raise_for_status().text)
        for kind, data in heard:
            if kind == "message":
                self._see(data["html"])
        return [found[0] for html in self.screen.values() if (found := re.search(pattern, unescape(html)))]

    def _see(self, html: str) -> None:
        """A bubble with a key that is there already is drawn over."""
        for bubble in html.split('<li class="msg"')[1:]:
            if key := re.match(r' id="([^"]+)"', bubble):
                self.screen[key[1]] = bubble


@asynccontextmanager
async def listening(agent: Agent, web: Machine, after: str = "") -> AsyncIterator[Ears]:
    """Ears at a web, open."""
    ears = Ears(agent, web)
    ears.after = after
    task = asyncio.create_task(ears.run())
    try:
        async with asyncio.timeout(20):
            while not ears.opened:
                await asyncio.sleep(0.02)
        yield ears
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Shop:
    """The company's own program: posts until it is told 2xx, at one web after the other, as a balancer does."""

    def __init__(self, webs: list[Machine], key: str, machine: Any) -> None:
        self._webs, self._hook, self._machine = webs, f"/hooks/{key}", machine
        self._http = httpx.AsyncClient(timeout=10)
        self.posted = 0

    async def post(self, sender: int, number: int, word: str) -> None:
        """One message of one sender, repeated until it was accepted."""
        party = {"kind": "scoped", "value": f"{word}-customer-{sender}", "name": f"Customer {sender}"}
        body = {
            "type": "message",
            "id": f"{word}-{sender}-{number}",
            "from": party,
            "text": f"{word}/{sender}/{number}.",
        }
        raw = msgspec.json.encode(body | {"at": "2026-11-22T00:00:00Z"})
        async with asyncio.timeout(60):
            while not await self._accepted(f"{word}-w{sender}-{number}", raw):
                await asyncio.sleep(0.05)
        self.posted += 1

    async def _accepted(self, key: str, raw: bytes) -> bool:
        for web in self._webs:
            try:
                answer = await self._http.post(
                    f"{web.url}{self._hook}", content=raw, headers=self._machine.headers(key, raw)
                )
            except httpx.HTTPError:
                continue
            if answer.is_success:
                return True
        return False

    async def close(self) -> None:
        await self._http.aclose()
