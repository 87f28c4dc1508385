"""The whole way on real sockets and a real database: 미나 in KakaoTalk, Ada at the desk, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text

from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.simulator.phone import Phone
from madang.conversations import actions
from madang.conversations.doors import carries
from madang.conversations.models import Conversation, Message, State
from madang.conversations.ways import ways
from madang.customers.models import Customer, Identity
from madang.ground import Ground
from madang.tests import whole_way
from madang.tests.whole_way import Desk


@pytest.fixture
async def desk(ground: Ground, bizgo: Simulator) -> AsyncIterator[Desk]:
    async with whole_way.desk(ground, "kakao_consult", bizgo.form()) as made:
        yield made


@pytest.fixture
def mina(desk: Desk, bizgo: Simulator) -> Phone:
    return bizgo.person(desk.hook, number="010-2345-6789")


async def test_asked_answered_read_and_proven(desk: Desk, mina: Phone) -> None:
    await mina.say("배송 언제 오나요?")
    await desk.reply("내일 도착해요")
    await mina.sees("내일 도착해요", seconds=5)
    await desk.stand(State.SENT)
    await mina.do("read")
    await desk.stand(State.READ)
    await desk.reply("기다려 주셔서 고마워요")
    await desk.stand(State.READ, State.SENT)  # what is said later she has not read
    await mina.introduce()
    await desk.take_in()
    (phone,) = await desk.rows(select(Identity.customer_id).where(Identity.value == "+821023456789"))
    (owner,) = await desk.rows(select(Conversation.customer_id))
    assert phone == owner
    assert await desk.rows(select(Customer.name)) == [("미나",)]


@pytest.mark.slow
async def test_a_link_carries_her_on_in_the_same_conversation(desk: Desk, mina: Phone) -> None:
    await mina.say("네")
    conversation = await desk.conversation()
    ((customer,),) = await desk.rows(select(Conversation.customer_id))
    async with desk.ground.database.begin() as tx:
        await actions.close(tx, desk.ada, conversation)  # by itself, what she says next would be another matter
        await tx.execute(text("update conversation set closed_at = now() - interval '30 days'"))
        await carries.keep(tx, "7K2M9QWXYZ", conversation, customer, "Ada")
    await mina.begin("MDG-7K2M9QWXYZ")
    await mina.say("이어서 물어볼게요")
    await desk.take_in()
    query = select(Message.text).where(Message.conversation_id == conversation).order_by(Message.id)
    assert [row.text for row in await desk.rows(query)] == ["네", "카카오톡 상담하기", "이어서 물어볼게요"]


@pytest.mark.slow
async def test_in_another_matter_too_she_is_written_to_by_the_key_she_wrote_with(desk: Desk, mina: Phone) -> None:
    await mina.say("네")  # her number in the app is another address of hers, and no one to write to
    await desk.take_in()
    ((customer, brand),) = await desk.rows(select(Conversation.customer_id, Conversation.brand_id))
    assert len(await desk.rows(select(Identity.id).where(Identity.customer_id == customer))) == 2
    async with desk.ground.database.begin() as tx:
        made = text("insert into conversation (brand_id, customer_id) values (:brand, :customer) returning id")
        other = (await tx.execute(made, {"brand": brand, "customer": customer})).scalar_one()
        assert [way.to for way in await ways(tx, other)] == [mina.key]


@pytest.mark.slow
async def test_who_leaves_is_not_written_to_and_the_agent_sees_why(desk: Desk, mina: Phone) -> None:
    await mina.say("네")
    await desk.conversation()
    await mina.leave()
    await desk.take_in()
    assert await desk.rows(text("select 1 from reach where closed_at is not null"))
    assert (await desk.reply("아직 계세요?")).state == State.FAILED
    assert await desk.rows(text("select why from message where state = 9")) == [("window",)]
    assert [one.text for one in mina.bubbles if not one.mine] == []
