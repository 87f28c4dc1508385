"""A channel, and Telegram on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Config
from madang.connectors.telegram.connector import Telegram
from madang.connectors.telegram.simulator import Simulator
from madang.tests import provider_kit

GROUP = -1001234567890
House = provider_kit.House[Telegram]


def channel(bot: Simulator | None = None, *, key: str = "yard", host: str = "", **changes: Any) -> Telegram:
    form: dict[str, Any] = bot.form() if bot else {"token": "1:t", "webhook_secret": "s" * 32, "username": "haneul_bot"}
    form |= {"groups": [str(GROUP)]} | changes
    secrets = {name: form.pop(name) for name in ("token", "webhook_secret")}
    config = Config(
        id=7,
        key=key,
        name="Haneul Telegram",
        settings=form,
        secrets=secrets,
        host=host,
        allow_hosts=("127.0.0.0/8",),
    )
    return Telegram(config)


@pytest.fixture
async def bot() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def haneul(bot: Simulator) -> AsyncIterator[Telegram]:
    async with provider_kit.lent(channel(bot)) as made:
        yield made


@pytest.fixture
async def house(haneul: Telegram) -> AsyncIterator[House]:
    async with provider_kit.started(House(haneul)) as made:
        yield made
