"""The chatbot platform on loopback, and a house that understands its skill calls with the connector alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.channels.connector import Config, Forged, Inbound, Malformed, Outbound, Party, Request
from madang.channels.fit import fitted
from madang.channels.playing import Asked, Provider, Refused, Told
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.kakao_bot.connector import KakaoBot
from madang.connectors.kakao_bot.simulator import Simulator


def channel(form: dict[str, str]) -> KakaoBot:
    """A channel of this set-up form."""
    settings, secrets = fill(fields("kakao_bot"), form)
    return KakaoBot(Config(7, "yard", "Haneul bot", settings, secrets, allow_hosts=("127.0.0.0/8",)))


class House(Provider):
    """Its hook takes what the connector proves; ``facts`` is what it understood."""

    def __init__(self, connector: KakaoBot) -> None:
        super().__init__()
        self.connector = connector
        self.facts: list[Inbound] = []

    @property
    def hook(self) -> str:
        """The skill's URL."""
        return f"{self.url}/hooks/yard"

    def form(self) -> dict[str, str]:
        raise NotImplementedError

    def person(self, hook: str, name: str = "미나", **more: Any) -> Any:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query, "127.0.0.1")
        try:
            reply = self.connector.verify(request)
            for delivery in self.connector.split(request) if reply.store else ():
                self.facts += self.connector.parse(delivery)
        except Forged as error:
            raise Refused(403, {"message": str(error)}) from None
        except Malformed as error:
            raise Refused(400, {"message": str(error)}) from None
        return Told(reply.body, reply.status, {"content-type": reply.mime})

    def out(self, text: str = "", key: str = "k-1", ago: float = 0, **more: Any) -> Outbound:
        """An answer to what was heard last, so many seconds ago."""
        heard = self.facts[-1]
        to = heard.party or Party(KakaoBot.identity, "")
        at = datetime.now(UTC) - timedelta(seconds=ago)
        return Outbound(key, to, text, 1, 1, heard=heard.data, heard_at=at, **more)

    async def say(self, text: str = "", **more: Any) -> list[str]:
        """As the house does: fit, then each part in turn; the ids."""
        parts = fitted(self.connector, self.out(text, **more), lambda media: f"https://desk.example/f/{media.name}")
        return [(await self.connector.send(part)).id for part in parts]


@pytest.fixture
async def kakao() -> AsyncIterator[Simulator]:
    """A bot that may use callbacks, whose event block calls the skill."""
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def house(kakao: Simulator) -> AsyncIterator[House]:
    """With the Event API."""
    async for made in housed(channel(kakao.form())):
        yield made


@pytest.fixture
async def poor(kakao: Simulator) -> AsyncIterator[House]:
    """Without it: one answer a message."""
    async for made in housed(channel(kakao.form() | {"bot_id": "", "rest_key": ""})):
        yield made


async def housed(connector: KakaoBot) -> AsyncIterator[House]:
    """A house with this channel."""
    made = House(connector)
    await made.start()
    yield made
    await connector.close()
    await made.stop()
