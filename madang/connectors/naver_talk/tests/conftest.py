"""A channel, Naver on its other side, and 미나 in the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from madang.channels.connector import Kind, Outbound, Party
from madang.connectors.naver_talk.connector import NaverTalk
from madang.connectors.naver_talk.simulator import Simulator, User
from madang.tests import provider_kit

House = provider_kit.House[NaverTalk]


def channel(form: Mapping[str, str]) -> NaverTalk:
    return provider_kit.bound(NaverTalk, form)


def answer(user: User | str, text: str = "내일 도착합니다.", **more: Any) -> Outbound:
    to = user if isinstance(user, str) else user.id
    return Outbound(str(uuid4()), Party(Kind.SCOPED, to), text, 12, 34, **more)


@pytest.fixture
async def naver() -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator()) as made:
        yield made


@pytest.fixture
async def talk(naver: Simulator) -> AsyncIterator[NaverTalk]:
    async with provider_kit.lent(channel(naver.form())) as made:
        yield made


@pytest.fixture
async def house(talk: NaverTalk) -> AsyncIterator[House]:
    async with provider_kit.started(House(talk)) as made:
        yield made


@pytest.fixture
async def mina(naver: Simulator, house: House) -> User:
    made = naver.person(house.hook)
    await made.open()
    house.facts.clear()
    return made
