"""What people see of segments: counts, samples and members of whom they may see, in a second or about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Select, func, select, text

from madang.conversations.segments import actions, counting, queries
from madang.conversations.segments.actions import upkeep
from madang.conversations.segments.counting import Count
from madang.conversations.segments.fields import vocabulary
from madang.customers.actions import merge
from madang.events.record import SYSTEM
from madang.lib.conditions.vocabulary import Type
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import CONSOLE, NotPermitted
from madang.tests import cast
from madang.tests.cast import Yard

EVERYBODY: dict[str, Any] = {"all": []}


async def people(yard: Yard, *names: str, channel_id: int = 0) -> None:
    for name in names:
        address = f"{name.lower()}@naver.example"
        await yard.put(cast.message("안녕", name=name, value=address), channel_id=channel_id)
        await yard.take_in()


async def test_who_sees_one_brand_meets_nobody_elses_customers(yard: Yard) -> None:
    juniper = await cast.brand(yard.ground, "Juniper")
    other = await cast.channel(yard.ground, juniper)
    await people(yard, "미나", "김미나")
    await people(yard, "Mia", channel_id=other.id)
    ada = await cast.agent(yard.ground, "Ada", "lead", brands=frozenset({juniper}))
    lea, ben = await cast.agent(yard.ground, "Lea", "lead"), await cast.agent(yard.ground, "Ben")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("insert into customer (name) values ('nobody wrote')"))
        segment = await actions.create(tx, lea, "All", EVERYBODY)
    await upkeep.keep(yard.ground.database)
    expected = {ada: ["Mia"], lea: ["nobody wrote", "Mia", "김미나", "미나"], ben: ["Mia", "김미나", "미나"]}
    async with yard.ground.database.begin() as tx:
        for viewer, names in expected.items():
            page = await queries.members(tx, viewer, segment)
            assert [one.name for one in page.items] == names, viewer.name
            assert (await queries.segment(tx, viewer, segment)).count == Count(len(names))
            (listed,) = await queries.segments(tx, viewer)
            assert listed.count == (Count(4) if viewer is lea else None)
        for viewer in (ada, lea):
            tried = await counting.preview(tx, viewer, EVERYBODY)
            assert tried.count == Count(len(expected[viewer]))
            assert [one.name for one in tried.people or ()] == expected[viewer]


async def test_pages_go_on_where_they_ended_and_the_merged_are_nowhere(yard: Yard) -> None:
    await people(yard, "미나", "Mia", "Ada", "Ben")
    async with yard.ground.database.begin() as tx:
        segment = await actions.create(tx, CONSOLE, "All", EVERYBODY)
    await upkeep.keep(yard.ground.database)
    async with yard.ground.database.begin() as tx:
        await merge(tx, SYSTEM, 1, 2)  # and nothing has followed yet
        first = await queries.members(tx, CONSOLE, segment, limit=2)
        rest = await queries.members(tx, CONSOLE, segment, limit=2, cursor=first.next)
    assert [one.id for one in (*first.items, *rest.items)] == [4, 3, 1]
    assert rest.items[0].address == "미나@naver.example"
    assert rest.next is None


async def test_what_takes_too_long_is_told_from_a_sample(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    await people(yard, "미나", "Mia")
    patiently = counting.patiently
    asked: list[int] = []

    async def impatient(tx: Tx, query: Select[*tuple[Any, ...]], ms: int) -> Sequence[Any] | None:
        asked.append(ms)
        slow = select(func.pg_sleep(5)) if len(asked) in (1, 3) else query
        return await patiently(tx, slow, 30 if slow is not query else ms)

    monkeypatch.setattr(counting, "patiently", impatient)
    async with yard.ground.database.begin() as tx:
        found = await counting.preview(tx, CONSOLE, EVERYBODY)
        assert found == counting.Preview(Count(2, exact=False), None)
        assert (await tx.execute(text("show statement_timeout"))).scalar_one() == "0"


async def test_a_defined_field_is_asked_for_as_what_it_is(yard: Yard) -> None:
    await people(yard, "미나")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("insert into customer_field (name, label, kind) values ('branch', '지점', 'text')"))
        await tx.execute(text('update customer set fields = \'{"branch": "5"}\''))
        known = (await vocabulary(tx, CONSOLE)).field("fields.branch")
        assert (known.words, known.type) == ("지점", Type.TEXT)
        asked = {"field": "fields.branch", "op": "is", "value": "5"}
        assert (await counting.preview(tx, CONSOLE, asked)).count == Count(1)
        with pytest.raises(Refused):
            await counting.preview(tx, CONSOLE, {**asked, "op": "more_than"})


async def test_who_may_what(yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    async with yard.ground.database.begin() as tx:
        for verb in (actions.create(tx, ada, "x", EVERYBODY), counting.preview(tx, ada, EVERYBODY)):
            with pytest.raises(NotPermitted):
                await verb
        assert await queries.segments(tx, ada) == []
        with pytest.raises(NotFound):
            await actions.change(tx, CONSOLE, 7, name="y")
        await actions.create(tx, CONSOLE, "VIP", EVERYBODY)
        for name, condition, field in (
            ("vip", EVERYBODY, "name"),
            (" ", EVERYBODY, "name"),
            ("x", {"field": "channel", "op": "has", "value": "99"}, "value"),
        ):
            with pytest.raises(Refused) as refused:
                await actions.create(tx, CONSOLE, name, condition)
            assert refused.value.field == field
