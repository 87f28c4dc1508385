"""A channel, Meta on its other side, and our door as far as the connector sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.instagram.connector import Instagram
from madang.connectors.instagram.simulator import Simulator
from madang.tests import provider_kit

House = provider_kit.House[Instagram]


def channel(meta: Simulator, **changes: str) -> Instagram:
    return provider_kit.bound(Instagram, meta.form() | changes)


@pytest.fixture
async def meta() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def connector(meta: Simulator) -> AsyncIterator[Instagram]:
    async with provider_kit.lent(channel(meta)) as made:
        yield made


@pytest.fixture
async def house(connector: Instagram) -> AsyncIterator[House]:
    async with provider_kit.started(House(connector)) as made:
        yield made
