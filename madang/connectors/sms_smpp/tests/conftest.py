"""A channel, and an SMSC on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.connectors.sms_smpp.connector import Smpp
from madang.connectors.sms_smpp.simulator import Simulator
from madang.tests import provider_kit

MINA = "+821012345678"


def channel(form: dict[str, str]) -> Smpp:
    return provider_kit.bound(Smpp, form)


@pytest.fixture
async def smsc() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def smpp(smsc: Simulator) -> AsyncIterator[Smpp]:
    async with provider_kit.lent(channel(smsc.form())) as made:
        yield made
