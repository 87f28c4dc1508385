"""A dealer on loopback, and a house that understands its webhooks with the connector alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Config, Delivery, Forged, Inbound, Malformed, Outbound, Party, Request
from madang.channels.playing import Asked, Provider, Refused, Told
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.kakao_consult.connector import KakaoConsult
from madang.connectors.kakao_consult.simulator import Simulator


def channel(form: dict[str, str]) -> KakaoConsult:
    """A channel of this set-up form."""
    settings, secrets = fill(fields("kakao_consult"), form)
    return KakaoConsult(Config(7, "yard", "Haneul on KakaoTalk", settings, secrets, allow_hosts=("127.0.0.0/8",)))


def answer(to: Any, text: str = "", key: str = "k-1", **more: Any) -> Outbound:
    """What an agent says to this phone."""
    return Outbound(key, Party(KakaoConsult.identity, to.key), text, 1, 1, **more)


class House(Provider):
    """Its hook takes what the connector proves, once each; ``facts`` is what it understood."""

    def __init__(self, connector: KakaoConsult) -> None:
        super().__init__()
        self.connector = connector
        self.deliveries: dict[str, Delivery] = {}
        self.facts: list[Inbound] = []
        self.replies: list[bytes] = []

    @property
    def hook(self) -> str:
        """Where the dealer posts to."""
        return f"{self.url}/hooks/yard"

    def form(self) -> dict[str, str]:
        raise NotImplementedError

    def person(self, hook: str, name: str = "미나", **more: Any) -> Any:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query, "127.0.0.1")
        try:
            reply = self.connector.verify(request)
            for delivery in self.connector.split(request):
                if delivery.key not in self.deliveries:
                    self.deliveries[delivery.key] = delivery
                    self.facts += self.connector.parse(delivery)
        except Forged as error:
            raise Refused(403, {"message": str(error)}) from None
        except Malformed as error:
            raise Refused(400, {"message": str(error)}) from None
        self.replies.append(reply.body)
        return Told(reply.body, reply.status, {"content-type": reply.mime})


@pytest.fixture(params=["bizgo", "happytalk"])
async def kakao(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    """Each dealer in turn."""
    made = Simulator(request.param)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def bizgo() -> AsyncIterator[Simulator]:
    """The first dealer alone."""
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


async def _housed(simulator: Simulator) -> AsyncIterator[House]:
    made = House(channel(simulator.form()))
    await made.start()
    yield made
    await made.connector.close()
    await made.stop()


@pytest.fixture
async def house(kakao: Simulator) -> AsyncIterator[House]:
    """The house behind either dealer."""
    async for made in _housed(kakao):
        yield made


@pytest.fixture
async def home(bizgo: Simulator) -> AsyncIterator[House]:
    """The house behind Bizgo."""
    async for made in _housed(bizgo):
        yield made
