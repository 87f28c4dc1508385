"""A program with a token: it answers, again and again until it is told so, and reads everything at the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from tests.faults.pace import Pace
from tests.faults.speech import answer

HANDS = 6
REPEATED = 0.1  # of the answers are asked for once more under the same key
READERS = 4
LOOK = 1.0  # seconds between two looks at the list of conversations


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the desk's data has it."""

    id: int
    conversation: int
    direction: str
    text: str
    state: str
    problem: str
    channel: str


class Shut(Exception):
    """No door leads to this customer now: a window is closed, or she wants nothing more."""


class Program:
    """``taken`` says under which number the desk keeps the n-th answer."""

    def __init__(self, base: str, seed: int) -> None:
        self.http = httpx.AsyncClient(base_url=f"{base}/api/v1", timeout=15)
        self.taken: dict[int, int] = {}
        self.tries = 0
        self.repeats = 0
        self.shut = 0  # answers that were refused at once, because no door was open
        self.contradictions: list[str] = []  # a repeat that was told of another message
        self._seed = seed
        self._known: dict[int, None] = {}

    def sign_in(self, token: str) -> None:
        """Use a token."""
        self.http.headers["authorization"] = f"Bearer {token}"

    async def write(self, replies: int, pace: Pace) -> None:
        """Answer whoever there is."""
        looking = asyncio.create_task(self._look())
        numbers = iter(range(replies))
        try:
            await asyncio.gather(*(self._hand(numbers, pace) for _ in range(HANDS)))
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _hand(self, numbers: Any, pace: Pace) -> None:
        for number in numbers:
            await pace.turn("replies")
            while not self._known:
                await asyncio.sleep(0.1)
            rng = Random(f"{self._seed} answer {number}")
            conversation = await self._answered(number, rng)
            pace.count("replies")
            if rng.random() < REPEATED:
                self.repeats += 1
                again = await self._reply(conversation, number)
                if again != self.taken[number]:
                    self.contradictions.append(f"answer {number}: message {self.taken[number]}, then {again}")

    async def _answered(self, number: int, rng: Random) -> int:
        """The conversation that took the answer: one whose door is shut now is left alone, as a person would."""
        while True:
            conversation = rng.choice(list(self._known))
            try:
                self.taken[number] = await self._reply(conversation, number)
                return conversation
            except Shut:
                self.shut += 1
                await asyncio.sleep(0.05)

    async def _reply(self, conversation: int, number: int) -> int:
        path, key = f"/conversations/{conversation}/messages", f"{self._seed}-{number}-{conversation}"
        headers = {"idempotency-key": key}
        while True:
            self.tries += 1
            try:
                told = await self.http.post(path, json={"text": answer(number)}, headers=headers)
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            if told.is_success:
                return int(told.json()["id"])
            if told.status_code == 400 and told.json().get("errors"):
                raise Shut(told.json()["detail"])
            if told.status_code < 500 and told.status_code != 409:
                raise AssertionError(f"{path}: {told.status_code} {told.text}")
            await asyncio.sleep(0.2)

    async def _look(self) -> None:
        while True:
            try:
                page = (await self.http.get("/conversations", params={"limit": 100})).raise_for_status().json()
                self._known |= {one["id"]: None for one in page["items"]}
            except httpx.HTTPError:
                pass  # through an outage; looked again soon
            await asyncio.sleep(LOOK)

    async def everything(self) -> list[Said]:
        """Every message of every conversation, by way of the API."""
        numbers = iter([one["id"] for one in await self._all("/conversations")])
        said: list[Said] = []

        async def read() -> None:
            for number in numbers:
                for one in await self._all(f"/conversations/{number}/messages"):
                    state = one["state"] or ""
                    channel = one["channel"]["name"] if one["channel"] else ""
                    words = (one["direction"], one["text"], state, one["problem"], channel)
                    said.append(Said(one["id"], number, *words))

        await asyncio.gather(*(read() for _ in range(READERS)))
        return sorted(said, key=lambda one: one.id)

    async def _all(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = {"limit": 100} | ({"cursor": cursor} if cursor else {})
            page = (await self.http.get(path, params=asked)).raise_for_status().json()
            items += page["items"]
            cursor = page["next"]
        return items

    async def close(self) -> None:
        """Stop."""
        await self.http.aclose()
