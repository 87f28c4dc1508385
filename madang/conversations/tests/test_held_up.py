"""One channel that is paused, slow or gone holds up nobody who has another way."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from madang.channels import actions as channels
from madang.channels.connector import Outbound, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery
from madang.conversations.delivery import Hands
from madang.conversations.models import Message, Outbox, State
from madang.events.record import SYSTEM
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard, message


async def _states(yard: Yard) -> dict[str, State]:
    query = select(Message.text, Message.state).where(Message.direction == "out")
    async with yard.ground.database.begin() as tx:
        return {row.text: State(row.state) for row in await tx.execute(query)}


async def _waiting(yard: Yard) -> int:
    async with yard.ground.database.begin() as tx:
        return len((await tx.execute(select(Outbox.message_id))).all())


async def _two_ways(yard: Yard) -> tuple[Viewer, int]:
    """Mina has written on two channels; Ada has queued an answer on the first. Returns Ada and the second one."""
    ada = await cast.agent(yard.ground)
    other = await cast.channel(yard.ground, yard.brand_id)
    await yard.says("hello")
    await yard.put(message("hello again"), channel_id=other.id)
    await yard.take_in()
    await _answer(yard, ada, "one", yard.channel.id)
    return ada, other.id


async def _answer(yard: Yard, ada: Viewer, words: str, channel_id: int | None = None) -> None:
    conversation = (await yard.conversations())[-1]
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, ada, conversation, text=words, channel_id=channel_id)


async def test_what_waits_for_a_paused_channel_holds_up_no_answer_by_another(yard: Yard) -> None:
    ada, other = await _two_ways(yard)
    async with yard.ground.database.begin() as tx:
        await channels.pause(tx, SYSTEM, yard.channel.id, "The password is wrong.")
    await _answer(yard, ada, "two", other)
    await delivery.deliver(yard.ground, yard.book, "worker")
    assert await _states(yard) == {"one": State.QUEUED, "two": State.SENT}


async def test_what_waits_on_a_retired_channel_goes_another_way(yard: Yard) -> None:
    await _two_ways(yard)
    async with yard.ground.database.begin() as tx:
        await channels.retire(tx, SYSTEM, yard.channel.id)
    assert await delivery.release(yard.ground) == 1
    await delivery.deliver(yard.ground, yard.book, "worker")
    assert await _states(yard) == {"one": State.SENT}


async def test_what_waits_on_the_only_channel_that_is_retired_fails_visibly(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    await _answer(yard, ada, "one")
    async with yard.ground.database.begin() as tx:
        await channels.retire(tx, SYSTEM, yard.channel.id)
    await delivery.release(yard.ground)
    assert await _states(yard) == {"one": State.FAILED}
    assert await _waiting(yard) == 0


async def test_a_provider_that_hangs_holds_up_nobody_else(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    answered, woken = asyncio.Event(), asyncio.Event()

    async def send(_connector: object, out: Outbound) -> Sent:
        if out.text == "slow":
            await answered.wait()
        return Sent(out.key)

    monkeypatch.setattr(get("api"), "send", send)
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    await _answer(yard, ada, "slow")
    hands = Hands(yard.ground, yard.book, "worker", woken.set)
    assert await hands.take() == 1
    await yard.says("me too", value="mia@juniper.example", name="Mia")
    await _answer(yard, ada, "quick")
    assert await hands.take() == 1
    await asyncio.wait_for(woken.wait(), 10)
    assert await _states(yard) == {"slow": State.SENDING, "quick": State.SENT}
    answered.set()
    await hands.finish()
    assert await _states(yard) == {"slow": State.SENT, "quick": State.SENT}
