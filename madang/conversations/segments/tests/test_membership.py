"""Who is in a segment follows what happens: messages, orders, tags, merges, and time that passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions as conversations
from madang.conversations import merging, telling
from madang.conversations.segments import actions
from madang.conversations.segments.actions import upkeep
from madang.customers import actions as customers
from madang.customers.happenings import Happening
from madang.events import dispatch
from madang.lib.errors import Refused
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard
from madang.wiring import REACTIONS

FOLLOW = next(one for one in REACTIONS if one.name == "segments")
BUYERS = {"event": "order", "at_least": 2, "days": 90, "where": {"field": "amount", "op": "at_least", "value": 10_000}}
IN = text("select customer_id from segment_member where segment_id = :segment order by 1")
TOLD = text("select kind, customer_id from event where kind like 'customer.%_segment' order by id")
WHO = text("select customer_id from identity where value = :value")
STATE = text("select members, filled_to from segment where id = :segment")


@pytest.fixture(autouse=True)
async def following(yard: Yard) -> None:
    """The reaction reads from now on."""
    await dispatch.seed(yard.ground.database, [FOLLOW])


async def make(yard: Yard, condition: Any, name: str = "VIP") -> int:
    """A segment, filled."""
    async with yard.ground.database.begin() as tx:
        number = await actions.create(tx, CONSOLE, name, condition, "Asia/Seoul")
    await upkeep.keep(yard.ground.database)
    return number


async def follow(yard: Yard) -> None:
    while await dispatch.advance(yard.ground.database, FOLLOW):
        pass


async def inside(yard: Yard, segment: int) -> list[int]:
    """Who is in it, once what happened has been answered; their number is kept."""
    await follow(yard)
    async with yard.ground.database.begin() as tx:
        found = list((await tx.execute(IN, {"segment": segment})).scalars())
        assert (await tx.execute(STATE, {"segment": segment})).one().members == len(found)
        return found


async def told(yard: Yard) -> list[tuple[str, int]]:
    async with yard.ground.database.begin() as tx:
        return [(row.kind.removeprefix("customer."), row.customer_id) for row in await tx.execute(TOLD)]


async def somebody(yard: Yard, name: str = "미나") -> int:
    """A customer who has said something."""
    await yard.says("안녕하세요", name=name, value=f"{name.lower()}@naver.example")
    async with yard.ground.database.begin() as tx:
        number: int = (await tx.execute(WHO, {"value": f"{name.lower()}@naver.example"})).scalar_one()
        return number


async def orders(yard: Yard, customer: int, *ats: datetime, amount: int = 20_000) -> None:
    some = [Happening(f"{customer}-{at}-{amount}", "order", at, amount=amount, currency="KRW") for at in ats]
    async with yard.ground.database.begin() as tx:
        await telling.tell(tx, CONSOLE, customer, "shop", some)


async def test_orders_make_a_buyer_and_their_window_passes(yard: Yard) -> None:
    segment, now = await make(yard, BUYERS), datetime.now(UTC)
    mina = await somebody(yard)
    await orders(yard, mina, now, now - timedelta(days=200))
    await orders(yard, mina, now - timedelta(days=80), amount=9_999)
    assert await inside(yard, segment) == []
    await orders(yard, mina, now - timedelta(days=80))
    assert await inside(yard, segment) == [mina]
    async with yard.ground.database.begin() as tx:
        due = (await tx.execute(text("select at from segment_due"))).scalar_one()
        assert timedelta(days=10) < due - now < timedelta(days=12), "on the day after the older order's 90th"
        assert (due.hour, due.minute) == (15, 0), "at midnight in Seoul"
        old = now - timedelta(days=91)  # as if eleven days had gone by
        await tx.execute(text("update customer_event set at = :old where amount > 9999 and at < :old2"), {
            "old": old - timedelta(days=1), "old2": now - timedelta(days=1)})  # fmt: skip
        await tx.execute(text("update segment_due set at = now()"))
    assert await upkeep.keep(yard.ground.database) == 1
    assert await inside(yard, segment) == []
    assert await told(yard) == [("entered_segment", mina), ("left_segment", mina)]


async def test_merged_she_counts_once_and_parted_again_twice(yard: Yard) -> None:
    segment, now = await make(yard, BUYERS), datetime.now(UTC)
    mina, mia = await somebody(yard), await somebody(yard, "Mia")
    await orders(yard, mina, now)
    await orders(yard, mia, now, now - timedelta(days=1))
    assert await inside(yard, segment) == [mia]
    async with yard.ground.database.begin() as tx:
        merge = await merging.merge(tx, CONSOLE, mina, mia)
    assert await inside(yard, segment) == [mina]
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, CONSOLE, merge)
    assert await inside(yard, segment) == [mia]
    await follow(yard)
    assert len(await told(yard)) == 5, "nothing is told twice"


async def test_each_kind_of_news_moves_who_it_concerns(yard: Yard) -> None:
    segments = {
        "everybody": await make(yard, {"all": []}, "everybody"),
        "language": await make(yard, {"field": "language", "op": "begins", "value": "ko"}, "language"),
        "tier": await make(yard, {"field": "fields.tier", "op": "is", "value": "gold"}, "tier"),
        "open": await make(yard, {"field": "open_conversations", "op": "at_least", "value": 1}, "open"),
        "topic": await make(yard, {"field": "topics", "op": "has", "value": "환불"}, "topic"),
        "quiet": await make(yard, {"field": "last_said", "op": "not_within", "value": 30}, "quiet"),
        "phone": await make(yard, {"field": "left", "op": "has", "value": "phone"}, "phone"),
        "blocked": await make(yard, {"field": "blocked", "op": "is", "value": True}, "blocked"),
        "chat": await make(yard, {"field": "channel", "op": "has", "value": str(yard.channel.id)}, "chat"),
    }
    mina = await somebody(yard)
    learn = next(one for one in REACTIONS if one.name == "learn language")
    await dispatch.seed(yard.ground.database, [learn])
    ben = await somebody(yard, "김미나")
    await dispatch.advance(yard.ground.database, learn)
    assert await inside(yard, segments["everybody"]) == [mina, ben]
    assert await inside(yard, segments["open"]) == [mina, ben]
    assert await inside(yard, segments["chat"]) == [mina, ben]
    assert await inside(yard, segments["language"]) == [ben], "her language was learned after she wrote"
    assert await inside(yard, segments["quiet"]) == []
    first = (await yard.conversations())[0]
    async with yard.ground.database.begin() as tx:
        await conversations.set_tags(tx, CONSOLE, first, ["환불"])
        await conversations.close(tx, CONSOLE, first)
        await customers.block(tx, CONSOLE, ben)
        await customers.add_address(tx, CONSOLE, ben, "phone", "010-1234-5678", proven=False)
    assert await inside(yard, segments["topic"]) == [mina]
    assert await inside(yard, segments["open"]) == [ben]
    assert await inside(yard, segments["blocked"]) == [ben]
    assert await inside(yard, segments["phone"]) == [ben]


async def test_another_condition_is_put_to_everybody_and_tells_nobody(yard: Yard) -> None:
    mina, mia = await somebody(yard), await somebody(yard, "Mia")
    await follow(yard)
    segment = await make(yard, {"field": "name", "op": "is", "value": "미나"})
    assert await inside(yard, segment) == [mina]
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, CONSOLE, segment, condition={"field": "name", "op": "is", "value": "MIA"})
    await upkeep.keep(yard.ground.database)
    assert await inside(yard, segment) == [mia]
    assert await told(yard) == []
    async with yard.ground.database.begin() as tx:
        await actions.archive(tx, CONSOLE, segment)
        again = await actions.create(tx, CONSOLE, "VIP", {"all": []})
    await upkeep.keep(yard.ground.database)
    assert await inside(yard, segment) == []
    async with yard.ground.database.begin() as tx:
        with pytest.raises(Refused):
            await actions.restore(tx, CONSOLE, segment)
        await actions.change(tx, CONSOLE, again, name="Everybody")
        await actions.restore(tx, CONSOLE, segment)
    await upkeep.keep(yard.ground.database)
    assert await inside(yard, segment) == [mia]
