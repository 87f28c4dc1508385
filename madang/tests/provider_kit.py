"""A connector without a house: its provider on loopback, and our door as far as a connector sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

import pytest

from madang.channels import registry
from madang.channels.connector import (
    Config,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Malformed,
    Request,
    SendError,
    SetupError,
)
from madang.channels.playing import Asked, Mood, Person, Provider, Refused, Told
from madang.channels.setup import fill

P = TypeVar("P", bound=Provider)
C = TypeVar("C", bound=Connector)


def bound(kind: type[C], form: Mapping[str, str], key: str = "yard", **more: Any) -> C:
    """A channel of this set-up form, which may call this machine."""
    settings, secrets = fill(registry.fields(kind.name), form)
    return kind(Config(7, key, f"Haneul {kind.name}", settings, secrets, allow_hosts=("127.0.0.0/8",), **more))


@asynccontextmanager
async def started(provider: P) -> AsyncIterator[P]:
    """Listening."""
    await provider.start()
    try:
        yield provider
    finally:
        await provider.stop()


@asynccontextmanager
async def lent(connector: C) -> AsyncIterator[C]:
    """Closed in the end."""
    try:
        yield connector
    finally:
        await connector.close()


async def refused(
    provider: Provider, say: Callable[[], Awaitable[object]], *moods: Mood, path: str = "", **headers: str
) -> dict[Mood, SendError]:
    """How an answer fails when it meets each of these moods in turn."""
    failed: dict[Mood, SendError] = {}
    for mood in moods:
        provider.will(mood, path=path, **headers)
        with pytest.raises(SendError) as caught:
            await say()
        failed[mood] = caught.value
    return failed


def whys(failed: Mapping[Mood, SendError]) -> dict[Mood, str]:
    """The policy of each."""
    return {mood: error.why for mood, error in failed.items()}


async def blamed(connector: Connector) -> SetupError:
    """What its test says is wrong in the set-up."""
    async with lent(connector):
        with pytest.raises(SetupError) as caught:
            await connector.check()
        return caught.value


class House(Provider, Generic[C]):
    """What our door does with a webhook, without a database: prove it, take it apart, understand each part once.

    ``facts`` is what was understood, oldest first; ``keys`` how often each delivery came; ``replies`` our answers.
    """

    def __init__(self, connector: C) -> None:
        super().__init__()
        self.connector = connector
        self.requests: list[Request] = []
        self.deliveries: dict[str, Delivery] = {}
        self.keys: Counter[str] = Counter()
        self.facts: list[Inbound] = []
        self.replies: list[bytes] = []

    @property
    def hook(self) -> str:
        """Where the provider posts to."""
        return f"{self.url}/hooks/{self.connector.config.key}"

    def form(self) -> dict[str, str]:
        raise NotImplementedError

    def person(self, hook: str, name: str = "미나", **more: Any) -> Person:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query, "127.0.0.1")
        try:
            reply = self.connector.verify(request)
            if reply.store:
                self._take(request)
        except Forged as error:
            raise Refused(403, {"message": str(error)}) from None
        except Malformed as error:
            raise Refused(400, {"message": str(error)}) from None
        self.replies.append(reply.body)
        return Told(reply.body, reply.status, {"content-type": reply.mime})

    def _take(self, request: Request) -> None:
        self.requests.append(request)
        for part in self.connector.split(request):
            self.keys[part.key] += 1
            if part.key not in self.deliveries:
                self.deliveries[part.key] = part
                self.facts += self.connector.parse(part)


@asynccontextmanager
async def housed(connector: C) -> AsyncIterator[House[C]]:
    """A house whose one channel this is."""
    async with lent(connector), started(House(connector)) as made:
        yield made
