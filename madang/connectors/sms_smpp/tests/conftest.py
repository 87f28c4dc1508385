"""A channel, and an SMSC on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.channels import registry
from madang.channels.connector import Config
from madang.channels.setup import fill
from madang.connectors.sms_smpp.connector import Smpp
from madang.connectors.sms_smpp.simulator import Simulator

MINA = "+821012345678"


def channel(form: dict[str, str]) -> Smpp:
    settings, secrets = fill(registry.fields("sms_smpp"), form)
    return Smpp(Config(7, "yard", "SMS", settings, secrets, allow_hosts=("127.0.0.0/8",)))


@pytest.fixture
async def smsc() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def smpp(smsc: Simulator) -> AsyncIterator[Smpp]:
    made = channel(smsc.form())
    yield made
    await made.close()
