"""A channel, and the program on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Config
from madang.connectors.api.connector import Api
from madang.connectors.api.simulator import Simulator
from madang.lib.webhooks import new_secret


def channel(secret: str, **settings: Any) -> Api:
    config = Config(
        id=7,
        key="yard",
        name="Haneul orders",
        settings=settings,
        secrets={"secret": secret},
        allow_hosts=("127.0.0.0/8",),
    )
    return Api(config)


@pytest.fixture
async def shop() -> AsyncIterator[Simulator]:
    made = Simulator(new_secret())
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def api(shop: Simulator) -> AsyncIterator[Api]:
    made = channel(shop.secret, callback_url=shop.url, region="KR")
    yield made
    await made.close()
