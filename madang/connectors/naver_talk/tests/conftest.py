"""A channel, Naver on its other side, and 미나 in the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from madang.channels.connector import Config, Inbound, Kind, Outbound, Party, Request
from madang.channels.playing import Asked, Person, Provider, Told
from madang.channels.setup import fill
from madang.connectors.naver_talk.connector import NaverTalk
from madang.connectors.naver_talk.setup import FIELDS
from madang.connectors.naver_talk.simulator import Simulator, User


class House(Provider):
    """The house's door: it proves, splits and reads what comes, as the real one does."""

    def __init__(self, talk: NaverTalk) -> None:
        super().__init__()
        self.talk, self.facts = talk, list[Inbound]()
        self.said: list[bytes] = []

    def form(self) -> dict[str, str]:
        return {}

    def person(self, hook: str, name: str = "", **more: Any) -> Person:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query, "127.0.0.1")
        reply = self.talk.verify(request)
        self.facts += [fact for one in self.talk.split(request) for fact in self.talk.parse(one)]
        self.said.append(reply.body)
        return Told(reply.body, reply.status, {"content-type": reply.mime})


def channel(form: Mapping[str, str]) -> NaverTalk:
    settings, hidden = fill(FIELDS, form)
    return NaverTalk(Config(7, "talk", "하늘 톡톡", settings, hidden, allow_hosts=("127.0.0.0/8",)))


def answer(user: User | str, text: str = "내일 도착합니다.", **more: Any) -> Outbound:
    to = user if isinstance(user, str) else user.id
    return Outbound(str(uuid4()), Party(Kind.SCOPED, to), text, 12, 34, **more)


@pytest.fixture
async def naver() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def talk(naver: Simulator) -> AsyncIterator[NaverTalk]:
    made = channel(naver.form())
    yield made
    await made.close()


@pytest.fixture
async def house(talk: NaverTalk) -> AsyncIterator[House]:
    made = House(talk)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def mina(naver: Simulator, house: House) -> User:
    made = naver.person(f"{house.url}/hooks/talk")
    await made.open()
    house.facts.clear()
    return made
