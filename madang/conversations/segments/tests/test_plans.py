"""Keeping members reads nothing large from end to end; only trying a condition out looks at everybody, on purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from madang.conversations import telling
from madang.conversations.segments import actions, queries
from madang.conversations.segments.actions import upkeep
from madang.customers.happenings import Happening
from madang.events import dispatch
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard
from madang.tests.plans import Statements
from madang.wiring import REACTIONS

FOLLOW = next(one for one in REACTIONS if one.name == "segments")
ASKED: dict[str, Any] = {
    "any": [
        {"event": "order", "at_least": 2, "days": 90, "where": {"field": "amount", "op": "more_than", "value": 10}},
        {"event": "order", "exactly": 1, "since": "2026-01-01"},
        {"field": "conversations", "op": "less_than", "value": 3},
        {"field": "last_said", "op": "not_within", "value": 30},
        {"field": "tags", "op": "has", "value": "vip"},
        {"field": "proven", "op": "has", "value": "phone"},
        {"field": "left", "op": "known"},
        {"field": "spent.KRW", "op": "more_than", "value": 5},
        {"field": "fields.tier", "op": "is", "value": "gold"},
    ]
}


def _of_brand(number: int) -> dict[str, Any]:
    """The same of conversations with one brand: whoever has some brands sees it."""
    own = ("conversations", "last_said")
    return {
        "any": [
            {**one, "field": f"brand.{number}.{one['field']}"} if one.get("field") in own else one
            for one in ASKED["any"]
        ]
    }


async def test_members_are_kept_by_the_indexes_of_whom_it_concerns(yard: Yard) -> None:
    database = yard.ground.database
    heard = Statements(database.engine)
    await dispatch.seed(database, [FOLLOW])
    async with database.begin() as tx:
        await actions.create(tx, CONSOLE, "All sorts", ASKED, "Asia/Seoul")
        segment = await actions.create(tx, CONSOLE, "Of one brand", _of_brand(yard.brand_id), "Asia/Seoul")
    await yard.says("안녕하세요")
    ben = await cast.agent(yard.ground, "Ben", brands=frozenset({yard.brand_id}))
    for _ in range(2):
        async with database.begin() as tx:
            order = Happening(f"o{_}", "order", datetime.now(UTC), amount=20, currency="KRW")
            await telling.tell(tx, CONSOLE, 1, "shop", [order])
        while await dispatch.advance(database, FOLLOW):
            pass
        await upkeep.keep(database)
    async with database.begin() as tx:
        await tx.execute(text("update segment_due set at = now() where customer_id = 1"))
        assert len((await queries.members(tx, ben, segment, limit=1)).items) == 1
        await queries.segments(tx, ben)
        await queries.segment(tx, ben, segment)
        await queries.of_customer(tx, CONSOLE, 1)
    await upkeep.keep(database)
    async with database.begin() as tx:
        await actions.archive(tx, CONSOLE, segment)
    await upkeep.keep(database)
    faults = await heard.faults(database)
    assert not faults, "\n\n".join(faults)
