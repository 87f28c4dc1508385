"""A HubSpot on loopback, connected to this test's house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from madang.connectors.hubspot import calls
from madang.connectors.hubspot.simulator import Simulator, server
from madang.crm.tests.world import LOOPBACK, World, connected
from madang.ground import Ground
from madang.settings import Settings
from madang.tests.cast import Yard


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, allow_hosts=LOOPBACK, public_url="https://desk.haneul.example")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pace and limits are tested with the connector."""
    monkeypatch.setattr(server, "SEARCHES", 1_000)
    monkeypatch.setattr(server, "MOST", 10_000)
    monkeypatch.setattr(calls, "RATE", 1_000.0)
    monkeypatch.setattr(calls, "SEARCHES", 1_000.0)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def world(ground: Ground, simulator: Simulator) -> AsyncIterator[World]:
    made = await connected(ground, simulator)
    yield made
    await made.hands.finish()


@pytest.fixture
async def mina(world: World, yard: Yard) -> int:
    """미나, known on both sides; the account is live."""
    await yard.says("안녕하세요", name="김미나", value="mina@naver.example")
    world.there.add(email="mina@naver.example", firstname="미나", lastname="김", company="하늘")
    await world.live()
    return int((await world.people())["김미나"]["id"])
