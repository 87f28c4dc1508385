"""Macros are shared, and what is shared is written down and stays with everybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations.steps.facts import known
from madang.lib.errors import Refused
from madang.macros import actions, queries
from madang.macros.actions import Given
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

SORRY = [{"do": "say", "text": {"ko": "죄송해요."}}]


async def make(yard: Yard, viewer: Viewer, **more: Any) -> int:
    async with yard.ground.database.begin() as tx:
        return await actions.create(tx, viewer, Given("Sorry", SORRY, **more), await known(tx, viewer))


async def change(yard: Yard, viewer: Viewer, number: int, **more: Any) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, viewer, number, Given("Sorry", SORRY, **more), await known(tx, viewer))


async def written(yard: Yard) -> list[tuple[Any, ...]]:
    async with yard.ground.database.begin() as tx:
        found = await tx.execute(
            text("select field, before, after from setting_change where page = 'macros' order by id")
        )
        return [tuple(row) for row in found]


async def test_what_is_shared_stays_with_everybody(yard: Yard) -> None:
    lead, ben = await cast.agent(yard.ground, "Lee", "lead"), await cast.agent(yard.ground, "Ben")
    number = await make(yard, lead, shared=True)
    with pytest.raises(Refused, match="Copy it for yourself") as error:
        await change(yard, lead, number)
    assert error.value.field == "shared"
    async with yard.ground.database.begin() as tx:
        assert [one.id for one in await queries.macros(tx, ben)] == [number]


async def test_that_ones_own_is_shared_is_written_down_like_a_new_one(yard: Yard) -> None:
    lead = await cast.agent(yard.ground, "Lee", "lead")
    number = await make(yard, lead)
    assert await written(yard) == []
    await change(yard, lead, number, shared=True)
    await change(yard, lead, number, shared=True, brand_id=yard.brand_id)
    assert await written(yard) == [("", None, {"name": "Sorry"}), ("brand_id", None, yard.brand_id)]
