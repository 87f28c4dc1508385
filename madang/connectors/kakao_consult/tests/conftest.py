"""A dealer on loopback, and our door as far as the connector sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Outbound, Party
from madang.connectors.kakao_consult.connector import KakaoConsult
from madang.connectors.kakao_consult.simulator import Simulator
from madang.tests import provider_kit

House = provider_kit.House[KakaoConsult]


def channel(form: dict[str, str]) -> KakaoConsult:
    """A channel of this set-up form."""
    return provider_kit.bound(KakaoConsult, form)


def answer(to: Any, text: str = "", key: str = "k-1", **more: Any) -> Outbound:
    """What an agent says to this phone."""
    return Outbound(key, Party(KakaoConsult.identity, to.key), text, 1, 1, **more)


@pytest.fixture(params=["bizgo", "happytalk"])
async def kakao(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    """Each dealer in turn."""
    async with provider_kit.started(Simulator(request.param)) as made:
        yield made


@pytest.fixture
async def bizgo() -> AsyncIterator[Simulator]:
    """The first dealer alone."""
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def house(kakao: Simulator) -> AsyncIterator[House]:
    """The house behind either dealer."""
    async with provider_kit.housed(channel(kakao.form())) as made:
        yield made


@pytest.fixture
async def home(bizgo: Simulator) -> AsyncIterator[House]:
    """The house behind Bizgo."""
    async with provider_kit.housed(channel(bizgo.form())) as made:
        yield made
