"""A channel, and Solapi on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.sms_solapi.connector import Solapi
from madang.connectors.sms_solapi.simulator import Simulator
from madang.tests import provider_kit

MINA = "+821012345678"


def channel(form: dict[str, str]) -> Solapi:
    return provider_kit.bound(Solapi, form, brand={"name": "하늘"})


@pytest.fixture
async def solapi() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def sms(solapi: Simulator) -> AsyncIterator[Solapi]:
    async with provider_kit.lent(channel(solapi.form())) as made:
        yield made
