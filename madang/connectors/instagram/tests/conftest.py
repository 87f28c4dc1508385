"""A channel, Meta on loopback, and a house that takes the webhooks as ours does: verify, split, parse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from madang.channels import registry
from madang.channels.connector import Config, Inbound, Request
from madang.channels.playing import Asked, Person, Provider, Told
from madang.channels.setup import fill
from madang.connectors.instagram.connector import Instagram
from madang.connectors.instagram.simulator import Simulator


def channel(meta: Simulator, **changes: str) -> Instagram:
    settings, secrets = fill(registry.fields("instagram"), meta.form() | changes)
    return Instagram(Config(7, "k", "하늘 인스타그램", settings, secrets, allow_hosts=("127.0.0.0/8",)))


@dataclass
class Took:
    request: Request
    facts: list[Inbound] = field(default_factory=list)


class House(Provider):
    """What our hook does with a webhook, without a database."""

    def __init__(self, connector: Instagram) -> None:
        super().__init__()
        self.connector, self.took = connector, list[Took]()

    def form(self) -> dict[str, str]:
        raise NotImplementedError

    def person(self, hook: str, name: str = "", **more: object) -> Person:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query)
        self.connector.verify(request)
        parts = [self.connector.parse(one) for one in self.connector.split(request)]
        self.took.append(Took(request, [fact for part in parts for fact in part]))
        return Told(b"ok")

    @property
    def facts(self) -> list[Inbound]:
        return [fact for one in self.took for fact in one.facts]


@pytest.fixture
async def meta() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def instagram(meta: Simulator) -> AsyncIterator[Instagram]:
    made = channel(meta)
    yield made
    await made.close()


@pytest.fixture
async def house(instagram: Instagram) -> AsyncIterator[House]:
    made = House(instagram)
    await made.start()
    yield made
    await made.stop()
