"""A channel, and LINE on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Config
from madang.connectors.line.connector import Line
from madang.connectors.line.simulator import Simulator
from madang.connectors.line.tests.house import House

GROUP = "Ca56f94637caabbccddeeff0011223344"


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
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def haneul(line: Simulator) -> AsyncIterator[Line]:
    made = channel(line)
    yield made
    await made.close()


@pytest.fixture
async def house(haneul: Line) -> AsyncIterator[House]:
    made = House(haneul)
    await made.start()
    yield made
    await made.stop()
