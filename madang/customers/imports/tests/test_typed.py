"""Columns that go to fields of the company's own: only what fits, in one spelling; segments hear of imports."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from madang.conversations.segments import actions as segments
from madang.conversations.segments.actions import upkeep
from madang.customers.actions import defining
from madang.customers.imports import actions
from madang.customers.imports.tests.test_taking_in import given, run
from madang.events import dispatch
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard
from madang.wiring import REACTIONS

FOLLOW = next(one for one in REACTIONS if one.name == "segments")
FILE = """메일,등급,생일,적립금,수신동의
mina@naver.example,GOLD,1990년 3월 1일,"12,000",예
mia@juniper.example,platinum,gestern,viel,vielleicht
"""
TARGETS = ["email", "field:grade", "field:birthday", "field:points", "field:newsletter"]
KINDS = {"grade": "choice", "birthday": "date", "points": "number", "newsletter": "bool"}
FIELDS = text("select c.fields from customer c join claim i on i.customer_id = c.id where i.value = :value")


async def defined(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        for name, kind in KINDS.items():
            await defining.define(tx, CONSOLE, name, name, kind, ["gold", "silver"] if kind == "choice" else [])


async def fields(yard: Yard, value: str) -> Any:
    async with yard.ground.database.begin() as tx:
        return (await tx.execute(FIELDS, {"value": value})).scalar_one()


async def test_a_cell_becomes_what_its_field_holds_and_what_does_not_fit_is_told(yard: Yard) -> None:
    await defined(yard)
    number = await given(yard.ground, FILE, TARGETS)
    await run(yard.ground, number)
    kept = {"grade": "gold", "birthday": "1990-03-01", "points": 12_000, "newsletter": True}
    assert await fields(yard, "mina@naver.example") == kept
    assert await fields(yard, "mia@juniper.example") == {}
    async with yard.ground.database.begin() as tx:
        rows = await tx.execute(text("select problems from customer_import_row where not dry and troubled"))
        assert [one["of"] for one in rows.scalars()] == [
            [["field", "platinum"], ["field", "gestern"], ["field", "viel"], ["field", "vielleicht"]]
        ]


async def test_segments_hear_of_tags_that_an_import_gives_and_takes_back(yard: Yard) -> None:
    await yard.says("안녕하세요", name="미나", value="mina@naver.example")
    await dispatch.seed(yard.ground.database, [FOLLOW])
    async with yard.ground.database.begin() as tx:
        segment = await segments.create(tx, CONSOLE, "VIP", {"field": "tags", "op": "has", "value": "vip"}, "UTC")
    await upkeep.keep(yard.ground.database)
    number = await given(yard.ground, "메일,태그\nmina@naver.example,vip\n", ["email", "tags"])
    await run(yard.ground, number)
    assert await members(yard, segment) == 1
    await run(yard.ground, number, actions.undo)
    assert await members(yard, segment) == 0


async def members(yard: Yard, segment: int) -> int:
    while await dispatch.advance(yard.ground.database, FOLLOW):
        pass
    async with yard.ground.database.begin() as tx:
        found = await tx.execute(text("select count(*) from segment_member where segment_id = :id"), {"id": segment})
        return int(found.scalar_one())
