"""Whom a note can name: only colleagues to whom the conversation exists (T2)."""

from __future__ import annotations

from sqlalchemy import text

from madang.conversations.inbox import mentions
from madang.staff.permissions import Viewer
from madang.staff.viewers import viewers
from madang.tests import cast
from madang.tests.cast import Yard

STAFF = """
insert into "user" (name, email, role, sees, all_brands, retired_at) values
  ('Everywhere', 'all@haneul.example', 'viewer', 'all', true, null),
  ('Here', 'here@haneul.example', 'agent', 'all', false, null),
  ('Elsewhere', 'elsewhere@haneul.example', 'lead', 'all', false, null),
  ('Own only', 'own@haneul.example', 'agent', 'assigned', true, null),
  ('Other team', 'other@haneul.example', 'agent', 'team', true, null),
  ('Left', 'left@haneul.example', 'agent', 'all', true, now());
insert into team (name) values ('Parcels');
update conversation set team_id = (select id from team where name = 'Parcels');
"""
BRANDS = """insert into user_brand (user_id, brand_id)
  select id, case name when 'Here' then cast(:here as bigint) else cast(:there as bigint) end from "user"
  where name in ('Here', 'Elsewhere')"""

GIVEN = """update conversation set assignee_id = (select id from "user" where name = 'Own only')"""


async def test_a_note_can_name_those_who_may_see_the_conversation(yard: Yard, ada: Viewer) -> None:
    await yard.says("코트가 안 왔어요")
    there = await cast.brand(yard.ground, "Juniper")
    (number,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        for statement in STAFF.split(";")[:-1]:
            await tx.execute(text(statement))
        await tx.execute(text(BRANDS), {"here": yard.brand_id, "there": there})
        named = [name for _id, name in await mentions.nameable(tx, ada, number)]
        assert named == ["Everywhere", "Here"], "neither herself nor who has left, nor whoever cannot open it"
        await tx.execute(text(GIVEN))
        assert "Own only" in [name for _id, name in await mentions.nameable(tx, ada, number)]
        stranger = next(one for one in await viewers(tx) if one.name == "Elsewhere")
        assert await mentions.nameable(tx, stranger, number) == [], "what she may not see does not exist"
