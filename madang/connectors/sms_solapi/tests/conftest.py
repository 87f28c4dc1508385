"""A channel, and Solapi on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.channels import registry
from madang.channels.connector import Config
from madang.channels.setup import fill
from madang.connectors.sms_solapi.connector import Solapi
from madang.connectors.sms_solapi.simulator import Simulator

MINA = "+821012345678"


def channel(form: dict[str, str]) -> Solapi:
    settings, secrets = fill(registry.fields("sms_solapi"), form)
    config = Config(7, "yard", "SMS", settings, secrets, brand={"name": "하늘"}, allow_hosts=("127.0.0.0/8",))
    return Solapi(config)


@pytest.fixture
async def solapi() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def sms(solapi: Simulator) -> AsyncIterator[Solapi]:
    made = channel(solapi.form())
    yield made
    await made.close()
