"""A channel, and Twilio on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.connectors.sms_twilio.connector import Twilio
from madang.connectors.sms_twilio.simulator import Simulator
from madang.tests import provider_kit

HOST = "https://desk.haneul.example"
HOOK = f"{HOST}/hooks/yard"


def channel(form: dict[str, str], host: str = HOST, **more: Any) -> Twilio:
    return provider_kit.bound(Twilio, form | more, host=host)


@pytest.fixture
async def twilio() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def sms(twilio: Simulator) -> AsyncIterator[Twilio]:
    async with provider_kit.lent(channel(twilio.form())) as made:
        yield made
