"""A HubSpot account on loopback, and the CRM bound to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Config
from madang.channels.crm_testing import Side
from madang.connectors.hubspot import calls
from madang.connectors.hubspot.connector import HubSpot
from madang.connectors.hubspot.simulator import Simulator

HOST = "https://desk.haneul.example"


def bound(simulator: Simulator, **more: Any) -> HubSpot:
    secrets = {"token": simulator.token, "client_secret": simulator.client_secret, **more}
    config = Config(3, "yard", "HubSpot", {"api_url": simulator.url}, secrets, host=HOST, allow_hosts=("127.0.0.0/8",))
    return HubSpot(config)


class HubSpotSide(Side):
    """The simulator's hands."""

    text = "company"
    refused = ("points", "many")

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.crm = bound(simulator)

    async def add(self, email: str, text: str) -> str:
        return self.simulator.portal.add(email=email, company=text)

    async def change(self, number: str, text: str) -> None:
        self.simulator.portal.change(number, company=text)

    async def delete(self, number: str) -> None:
        self.simulator.portal.delete(number)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def side(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HubSpotSide]:
    monkeypatch.setattr(calls, "RATE", 1_000.0)
    monkeypatch.setattr(calls, "SEARCHES", 1_000.0)
    made = HubSpotSide(simulator)
    yield made
    await made.crm.close()
