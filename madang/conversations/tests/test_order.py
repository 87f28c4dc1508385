"""Several workers at once: the order of each sender holds, nobody is made twice."""

from __future__ import annotations

import asyncio
import random

import pytest
from sqlalchemy import func, select

from madang.conversations.intake import take_in
from madang.conversations.models import Conversation, Message
from madang.customers.models import Customer, Identity
from madang.tests.cast import Yard, message

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def _work(yard: Yard, lane: int) -> None:
    idle = 0
    while idle < 3:
        idle = 0 if await take_in(yard.ground, yard.book, lane) else idle + 1
        await asyncio.sleep(0)


async def test_three_workers_keep_the_order_of_every_sender(yard: Yard) -> None:
    dice = random.Random(7)
    expected: dict[str, list[str]] = {f"c{n}@naver.example": [] for n in range(6)}
    for number in range(240):
        who = dice.choice(sorted(expected))
        expected[who].append(str(number))
        await yard.put(message(str(number), value=who))
    await asyncio.gather(*(_work(yard, lane) for lane in (0, 11, 22)))
    async with yard.ground.database.begin() as tx:
        for who, said in expected.items():
            query = (
                select(Message.text)
                .join(Identity, Identity.id == Message.identity_id)
                .where(Identity.value == who)
                .order_by(Message.id)
            )
            assert list((await tx.execute(query)).scalars()) == said
        for noun in (Customer, Conversation):
            assert (await tx.execute(select(func.count()).select_from(noun))).scalar_one() == len(expected)
