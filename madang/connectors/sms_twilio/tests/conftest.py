"""A channel, and Twilio on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels import registry
from madang.channels.connector import Config
from madang.channels.setup import fill
from madang.connectors.sms_twilio.connector import Twilio
from madang.connectors.sms_twilio.simulator import Simulator

HOST = "https://desk.haneul.example"
HOOK = f"{HOST}/hooks/yard"


def channel(form: dict[str, str], host: str = HOST, **more: Any) -> Twilio:
    settings, secrets = fill(registry.fields("sms_twilio"), form | more)
    return Twilio(Config(7, "yard", "SMS", settings, secrets, host=host, allow_hosts=("127.0.0.0/8",)))


@pytest.fixture
async def twilio() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def sms(twilio: Simulator) -> AsyncIterator[Twilio]:
    made = channel(twilio.form())
    yield made
    await made.close()
