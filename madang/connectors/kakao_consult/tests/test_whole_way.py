"""The whole way on real sockets and a real database: 미나 in KakaoTalk, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.simulator.phone import Phone
from madang.conversations import actions
from madang.conversations.doors import carries
from madang.conversations.models import Conversation, Message, State
from madang.conversations.ways import ways
from madang.customers.models import Customer, Identity
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

    async def stand(self, *states: State) -> None:
        """Our messages come to stand like this, oldest first."""
        query = select(Message.state).where(Message.direction == "out").order_by(Message.id)

        async def so() -> bool:
            return [row.state for row in await self.rows(query)] == list(states)

        await eventually(so)


@pytest.fixture
async def house(ground: Ground, bizgo: Simulator) -> AsyncIterator[House]:
    brand = await cast.brand(ground)
    given, secrets = fill(fields("kakao_consult"), bizgo.form())
    made = await cast.channel(ground, brand, "kakao_consult", given, secrets)
    async with serving(ground) as (doors, url):
        yield House(ground, bizgo.person(f"{url}/hooks/{made.key}", number="010-2345-6789"))
        await (await doors.book.by_id(made.id)).connector.close()


async def test_asked_answered_read_and_proven(house: House) -> None:
    ada = await cast.agent(house.ground)
    await house.phone.say("배송 언제 오나요?")
    ((conversation,),) = await eventually(lambda: house.rows(select(Conversation.id)))
    async with house.ground.database.begin() as tx:
        await actions.reply(tx, ada, conversation, text="내일 도착해요")
    await house.phone.sees("내일 도착해요", seconds=5)
    await house.stand(State.SENT)
    await house.phone.do("read")
    await house.stand(State.READ)
    async with house.ground.database.begin() as tx:
        await actions.reply(tx, ada, conversation, text="기다려 주셔서 고마워요")
    await house.stand(State.READ, State.SENT)  # what is said later she has not read
    await house.phone.introduce()

    async def known() -> list[Any]:
        return await house.rows(select(Identity.customer_id).where(Identity.value == "+821023456789"))

    (phone,) = await eventually(known)
    (owner,) = await house.rows(select(Conversation.customer_id))
    assert phone == owner
    assert await house.rows(select(Customer.name)) == [("미나",)]


async def test_a_link_carries_her_on_in_the_same_conversation(house: House) -> None:
    ada = await cast.agent(house.ground)
    await house.phone.say("네")
    ((conversation, customer),) = await eventually(
        lambda: house.rows(select(Conversation.id, Conversation.customer_id))
    )
    async with house.ground.database.begin() as tx:
        await actions.close(tx, ada, conversation)  # by itself, what she says next would be another matter
        await tx.execute(text("update conversation set closed_at = now() - interval '30 days'"))
        await carries.keep(tx, "7K2M9QWXYZ", conversation, customer, "Ada")
    await house.phone.begin("MDG-7K2M9QWXYZ")
    await house.phone.say("이어서 물어볼게요")

    async def there() -> bool:
        query = select(Message.text).where(Message.conversation_id == conversation).order_by(Message.id)
        return [row.text for row in await house.rows(query)] == ["네", "카카오톡 상담하기", "이어서 물어볼게요"]

    await eventually(there)


async def test_in_another_matter_too_she_is_written_to_by_the_key_she_wrote_with(house: House) -> None:
    await house.phone.say("네")  # her number in the app is another address of hers, and no one to write to
    ((customer, brand),) = await eventually(lambda: house.rows(select(Conversation.customer_id, Conversation.brand_id)))
    assert len(await house.rows(select(Identity.id).where(Identity.customer_id == customer))) == 2
    async with house.ground.database.begin() as tx:
        made = text("insert into conversation (brand_id, customer_id) values (:brand, :customer) returning id")
        other = (await tx.execute(made, {"brand": brand, "customer": customer})).scalar_one()
        assert [way.to for way in await ways(tx, other)] == [house.phone.key]


async def test_who_leaves_is_not_written_to_and_the_agent_sees_why(house: House) -> None:
    ada = await cast.agent(house.ground)
    await house.phone.say("네")
    ((conversation,),) = await eventually(lambda: house.rows(select(Conversation.id)))
    await house.phone.leave()
    await eventually(lambda: house.rows(text("select 1 from reach where closed_at is not null")))
    async with house.ground.database.begin() as tx:
        await actions.reply(tx, ada, conversation, text="아직 계세요?")

    async def failed() -> list[Any]:
        return await house.rows(text("select why from message where state = 9"))

    ((why,),) = await eventually(failed)
    assert why == "window"
    assert [one.text for one in house.phone.bubbles if not one.mine] == []
