"""kill -9 of web, worker and PostgreSQL in the middle of traffic both ways."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import httpx
import msgspec
import pytest

from madang.channels.registry import simulator
from madang.tests.cast import SECRET
from tests.house import House

pytestmark = pytest.mark.slow

MESSAGES = 300
REPLIES = 60


class Shop:
    """The company's own program: posts until it is told 2xx, as providers do, and takes answers."""

    def __init__(self, house: House, key: str, machine: Any) -> None:
        self.house, self.machine = house, machine
        self.hook = f"/hooks/{key}"
        self.http = httpx.AsyncClient(base_url=house.url, timeout=5)

    async def post(self, number: int) -> None:
        """One message, repeated until it was accepted."""
        sender = {"kind": "scoped", "value": f"customer-{number % 20}", "name": f"Customer {number % 20}"}
        body = {"type": "message", "id": f"m{number}", "from": sender, "text": f"message {number}"}
        raw = msgspec.json.encode(body | {"at": "2026-11-22T00:00:00Z"})
        async with asyncio.timeout(60):
            while not await self._accepted(f"w{number}", raw):
                await asyncio.sleep(0.1)

    async def _accepted(self, key: str, raw: bytes) -> bool:
        try:
            answer = await self.http.post(self.hook, content=raw, headers=self.machine.headers(key, raw))
        except httpx.HTTPError:
            return False
        return answer.is_success


class Program:
    """A program with a token."""

    def __init__(self, house: House, token: str) -> None:
        self.http = httpx.AsyncClient(
            base_url=f"{house.url}/api/v1", timeout=10, headers={"authorization": f"Bearer {token}"}
        )

    async def all(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            asked = {"limit": 100} | ({"cursor": cursor} if cursor else {})
            page = (await self.http.get(path, params=asked)).raise_for_status().json()
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    async def reply(self, conversation: int, number: int) -> None:
        """One answer under its own idempotency key, repeated until it was taken."""
        headers = {"idempotency-key": f"reply-{number}"}
        async with asyncio.timeout(60):
            while True:
                try:
                    path = f"/conversations/{conversation}/messages"
                    answer = await self.http.post(path, json={"text": f"answer {number}"}, headers=headers)
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
                    continue
                if answer.is_success:
                    return
                assert answer.status_code >= 500 or answer.status_code == 409, answer.text
                await asyncio.sleep(0.1)


async def test_three_kills_lose_and_double_nothing(house: House) -> None:
    machine = simulator("api").Simulator(SECRET)
    await machine.start()
    created = (
        "channel",
        "create",
        "api",
        "--name",
        "Shop",
        "--set",
        f"callback_url={machine.url}",
        "--set",
        f"secret={SECRET}",
    )
    channel = json.loads(await house.verb(*created))
    shop = Shop(house, channel["key"], machine)
    program = Program(house, await house.verb("token", "create", "--name", "test", "--role", "agent"))

    async def write() -> None:
        for number in range(MESSAGES):
            await shop.post(number)

    async def answer() -> None:
        while len(known := await program.all("/conversations")) < 5:
            await asyncio.sleep(0.1)
        for number in range(REPLIES):
            await program.reply(known[number % 5]["id"], number)
            await asyncio.sleep(0.05)

    async def kill() -> None:
        for what in ("worker", "web", "postgres"):
            await asyncio.sleep(0.7)
            await house.kill(what)

    await asyncio.gather(write(), _patient(answer), kill())
    said = await _settled(program)
    received = Counter(one["text"] for one in said if one["direction"] == "in")
    answered = Counter(one["text"] for one in said if one["direction"] == "out")
    assert received == Counter(f"message {number}" for number in range(MESSAGES))
    assert answered == Counter(f"answer {number}" for number in range(REPLIES))
    assert Counter(body["text"] for body in machine.received.values()) == answered
    await asyncio.gather(machine.stop(), shop.http.aclose(), program.http.aclose())


async def _patient(work: Any) -> None:
    """Reading through an outage is allowed to fail; the work begins again where it was."""
    while True:
        try:
            await work()
            return
        except httpx.HTTPError:
            await asyncio.sleep(0.2)


async def _settled(program: Program) -> list[dict[str, Any]]:
    """Every message, once all are in and every answer has left."""
    async with asyncio.timeout(60):
        while True:
            said: list[dict[str, Any]] = []
            for conversation in await program.all("/conversations"):
                said += await program.all(f"/conversations/{conversation['id']}/messages")
            waiting = [one for one in said if one["direction"] == "out" and one["state"] in ("queued", "sending")]
            if len(said) >= MESSAGES + REPLIES and not waiting:
                return said
            await asyncio.sleep(0.3)
