"""A channel, and LINE on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Config
from madang.connectors.line.connector import Line
from madang.connectors.line.simulator import Simulator
from madang.tests import provider_kit

GROUP = "Ca56f94637caabbccddeeff0011223344"
House = provider_kit.House[Line]


def channel(line: Simulator | None = None, *, key: str = "yard", **settings: Any) -> Line:
    form: dict[str, Any] = line.form() if line else {"channel_secret": "s" * 32, "token": "t", "basic_id": "@haneul"}
    secrets = {name: form.pop(name) for name in ("channel_secret", "token")}
    config = Config(
        id=7,
        key=key,
        name="Haneul LINE",
        settings=form | {"groups": [GROUP]} | settings,
        secrets=secrets,
        host="https://desk.haneul.example",
        allow_hosts=("127.0.0.0/8",),
    )
    return Line(config)


@pytest.fixture
async def line() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def haneul(line: Simulator) -> AsyncIterator[Line]:
    async with provider_kit.lent(channel(line)) as made:
        yield made


@pytest.fixture
async def house(haneul: Line) -> AsyncIterator[House]:
    async with provider_kit.started(House(haneul)) as made:
        yield made
