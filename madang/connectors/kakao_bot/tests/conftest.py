"""The chatbot platform on loopback, and our door as far as the connector sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.channels.connector import Outbound, Party
from madang.channels.fit import fitted
from madang.connectors.kakao_bot.connector import KakaoBot
from madang.connectors.kakao_bot.simulator import Simulator
from madang.tests import provider_kit


def channel(form: dict[str, str]) -> KakaoBot:
    """A channel of this set-up form."""
    return provider_kit.bound(KakaoBot, form)


class House(provider_kit.House[KakaoBot]):
    """And an agent who answers."""

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
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def house(kakao: Simulator) -> AsyncIterator[House]:
    """With the Event API."""
    async with provider_kit.lent(channel(kakao.form())) as bot, provider_kit.started(House(bot)) as made:
        yield made


@pytest.fixture
async def poor(kakao: Simulator) -> AsyncIterator[House]:
    """Without it: one answer a message."""
    form = kakao.form() | {"bot_id": "", "rest_key": ""}
    async with provider_kit.lent(channel(form)) as bot, provider_kit.started(House(bot)) as made:
        yield made
