"""The whole way on real sockets and a real database: 미나 at the chatbot, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.kakao_bot.simulator import Simulator
from madang.connectors.kakao_bot.simulator.phone import Phone
from madang.conversations import actions
from madang.conversations.models import Conversation
from madang.ground import Ground
from madang.portal.tests.site import eventually, serving
from madang.settings import Settings, load
from madang.tests import cast


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


class House:
    """Haneul with this channel."""

    def __init__(self, ground: Ground, phone: Phone) -> None:
        self.ground = ground
        self.phone = phone

    async def rows(self, query: Any) -> list[Any]:
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(query)).all())


@pytest.fixture
async def house(ground: Ground, kakao: Simulator) -> AsyncIterator[House]:
    brand = await cast.brand(ground)
    given, secrets = fill(fields("kakao_bot"), kakao.form())
    made = await cast.channel(ground, brand, "kakao_bot", given, secrets)
    async with serving(ground) as (doors, url):
        yield House(ground, kakao.person(f"{url}/hooks/{made.key}"))
        await (await doors.book.by_id(made.id)).connector.close()


async def test_the_first_answer_goes_to_the_callback_the_next_as_an_event(kakao: Simulator, house: House) -> None:
    ada = await cast.agent(house.ground)
    await house.phone.utter("교환하고 싶어요", block="교환 문의")
    ((conversation,),) = await eventually(lambda: house.rows(select(Conversation.id)))
    for words in ("어떤 상품인가요?", "사진도 보내 주세요"):
        async with house.ground.database.begin() as tx:
            await actions.reply(tx, ada, conversation, text=words)
        await house.phone.sees(words, seconds=5)
    assert kakao.events == 1

    async def sent() -> bool:
        states = await house.rows(text("select state from message where direction = 'out'"))
        return [row.state for row in states] == [3, 3]

    await eventually(sent)
    assert len(await house.rows(text("select 1 from message where direction = 'in'"))) == 1
