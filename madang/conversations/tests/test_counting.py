"""What a customer's page says of her at a glance is what there was, however often she is merged and parted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module

from sqlalchemy import text

from madang.conversations import actions, merging, telling
from madang.customers import kept
from madang.customers.actions import merge
from madang.customers.happenings import Happening
from madang.customers.kept import Facts
from madang.events import dispatch
from madang.events.record import SYSTEM
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard
from madang.wiring import REACTIONS

SUMS = next(one for one in REACTIONS if one.name == "customer sums")
TODAY = date(2026, 11, 25)


async def facts(yard: Yard, who: int) -> Facts:
    while await dispatch.advance(yard.ground.database, SUMS):
        pass
    async with yard.ground.database.begin() as tx:
        return await kept.facts(tx, who, TODAY)


async def test_sums_are_kept_and_follow_merges(yard: Yard) -> None:
    await dispatch.seed(yard.ground.database, REACTIONS)
    await yard.says("one", value="one@naver.example")
    await yard.says("more", value="one@naver.example")
    await yard.says("two", value="two@naver.example")
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        one, two = (await tx.execute(text("select id from customer order by id"))).scalars()
        await actions.reply(tx, ada, 1, text="네.")
        await actions.note(tx, ada, 1, text="단골.")
        order = Happening("o1", "order", datetime(2026, 1, 5, tzinfo=UTC), amount=39_000, currency="KRW")
        back = Happening("o2", "order", datetime(2026, 1, 6, tzinfo=UTC), amount=-9_000, currency="KRW")
        await telling.tell(tx, CONSOLE, two, "shop", [order, back])
    mine = await facts(yard, one)
    assert (mine.conversations, mine.messages, mine.spent) == (1, 3, {})
    assert sum(mine.weeks) == 3
    hers = await facts(yard, two)
    assert (hers.conversations, hers.messages, hers.spent) == (1, 1, {"KRW": 30_000})
    assert hers.first_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert hers.weeks[(date(2026, 1, 5) - date(2025, 12, 1)).days // 7] == 2
    async with yard.ground.database.begin() as tx:
        number = await merge(tx, SYSTEM, one, two)
    both = await facts(yard, one)
    assert (both.conversations, both.messages, both.spent) == (2, 4, {"KRW": 30_000})
    await yard.says("still two", value="two@naver.example")
    await facts(yard, one)
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, CONSOLE, number)
    again = await facts(yard, one)
    assert (again.messages, again.spent) == (3, {})
    other = await facts(yard, two)
    assert (other.messages, other.spent) == (2, {"KRW": 30_000})
    assert await facts(yard, 424_242) == Facts(weeks=[0] * 52)


async def test_what_was_there_before_is_counted_as_what_comes(yard: Yard) -> None:
    await dispatch.seed(yard.ground.database, REACTIONS)
    await yard.says("one", value="one@naver.example")
    await yard.says("two", value="two@naver.example")
    async with yard.ground.database.begin() as tx:
        await merge(tx, SYSTEM, 1, 2)
        await actions.reply(tx, CONSOLE, 1, text="네.")
    await facts(yard, 1)
    rows = "select customer_id, home_id, what, n, first_at, last_at from customer_tally order by 1, 2, 3"
    migration = import_module("madang.migrations.versions.0008_timeline")
    async with yard.ground.database.begin() as tx:
        counted = (await tx.execute(text(rows))).all()
        await tx.execute(text("truncate customer_tally"))
        await tx.execute(text(migration.CONVERSATIONS))
        await tx.execute(text(migration.MESSAGES))
        assert (await tx.execute(text(rows))).all() == counted
