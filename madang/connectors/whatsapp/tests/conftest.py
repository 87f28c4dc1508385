"""A channel, Meta on its other side, and our door as far as the connector sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.whatsapp.connector import WhatsApp
from madang.connectors.whatsapp.simulator import Simulator
from madang.tests import provider_kit

House = provider_kit.House[WhatsApp]


def channel(meta: Simulator, **changes: str) -> WhatsApp:
    return provider_kit.bound(WhatsApp, meta.form() | changes)


@pytest.fixture
async def meta() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def whatsapp(meta: Simulator) -> AsyncIterator[WhatsApp]:
    async with provider_kit.lent(channel(meta)) as made:
        yield made


@pytest.fixture
async def house(whatsapp: WhatsApp) -> AsyncIterator[House]:
    async with provider_kit.started(House(whatsapp)) as made:
        yield made
