"""A macro is used in a conversation: all or nothing, once under its key, counted, and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations.actions import save_draft
from madang.conversations.steps.facts import facts, known
from madang.events.kinds import Kind
from madang.lib.errors import NotFound, Refused
from madang.macros import actions, queries
from madang.macros.actions import Given
from madang.staff.permissions import NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

SORRY = {"do": "say", "text": {"ko": "{{고객.이름|고객}}님, 죄송해요.", "en": "Sorry, {{customer.name|there}}."}}
DONE = [SORRY, {"do": "note", "text": {"en": "Refund"}}, {"do": "assign", "to": "me"}, {"do": "tag", "tags": ["환불"]}]


async def make(yard: Yard, viewer: Viewer, steps: Sequence[Any], name: str = "Sorry", **more: Any) -> int:
    async with yard.ground.database.begin() as tx:
        return await actions.create(tx, viewer, Given(name, steps, **more), await known(tx, viewer))


async def use(yard: Yard, viewer: Viewer, macro_id: int, key: uuid.UUID, **more: Any) -> actions.Used:
    [number] = (await yard.conversations())[:1]
    async with yard.ground.database.begin() as tx:
        return await actions.use(tx, viewer, number, macro_id, key, await known(tx, viewer), **more)


async def rows(yard: Yard, sql: str) -> list[Any]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(text(sql))]


async def test_it_says_notes_assigns_and_tags_at_once_and_only_once(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("환불해 주세요")
    macro, key = await make(yard, ada, [*DONE, {"do": "close"}]), uuid.uuid4()
    first = await use(yard, ada, macro, key)
    again = await use(yard, ada, macro, key)
    assert (again.again, again.messages, again.changed) == (True, first.messages, ("assignee_id", "status", "tags"))
    assert await rows(yard, "select direction, text from message order by id") == [
        ("in", "환불해 주세요"),
        ("out", "미나님, 죄송해요."),
        ("note", "Refund"),
    ]
    assert await rows(yard, "select assignee_id, status, tags from conversation") == [(ada.user_id, "closed", ["환불"])]
    assert await rows(yard, "select uses, used_at is not null from macro") == [(1, True)]
    told = await rows(yard, f"select actor, data->>'name' from event where kind = '{Kind.MACRO_USED}'")
    assert told == [(str(ada.actor), "Sorry")]


async def test_it_is_taken_back_but_for_what_was_said_and_what_changed_since(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben")
    await yard.says("환불해 주세요")
    macro, key = await make(yard, ada, [*DONE, {"do": "close"}]), uuid.uuid4()
    await use(yard, ada, macro, key)
    await rows_changed(yard, f"update conversation set assignee_id = {ben.user_id}, tags = '{{환불,급함}}'")
    [number] = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        assert await actions.take_back(tx, ada, number, key) == ["assignee_id"]
        assert await actions.take_back(tx, ada, number, key) == []
    assert await rows(yard, "select assignee_id, status, tags from conversation") == [(ben.user_id, "open", ["급함"])]
    with pytest.raises(NotFound):  # hers to take back, nobody else's
        async with yard.ground.database.begin() as tx:
            await actions.take_back(tx, ben, number, key)


async def test_each_use_counts_once_also_words_alone_and_none_that_was_taken_back(yard: Yard) -> None:
    ada, words, rest = await cast.agent(yard.ground), uuid.uuid4(), uuid.uuid4()
    await yard.says("환불해 주세요")
    [number] = await yard.conversations()
    macro = await make(yard, ada, DONE)

    async def counted() -> tuple[int, int]:
        async with yard.ground.database.begin() as tx:
            habit = (await queries.habits(tx, ada)).get(macro)
            return (await queries.macro(tx, ada, macro)).uses, habit.uses if habit else 0

    async with yard.ground.database.begin() as tx:
        for key in (words, words, rest):  # the first one without its other steps: in a note, or she dropped them
            await actions.insert_text(tx, ada, number, macro, key)
    assert await counted() == (2, 2)
    done = await use(yard, ada, macro, rest, said=True)
    assert (done.again, done.changed) == (False, ("assignee_id", "tags"))
    assert (await use(yard, ada, macro, rest, said=True)).again
    assert await counted() == (2, 2)
    async with yard.ground.database.begin() as tx:
        for _twice in range(2):
            await actions.take_back(tx, ada, number, rest)
    assert await counted() == (1, 1)
    kinds = await rows(yard, "select kind from event where kind like 'macro.%' and kind <> 'macro.created' order by id")
    assert [kind for (kind,) in kinds] == ["macro.inserted", "macro.inserted", "macro.used", "macro.undone"]


async def test_what_was_inserted_is_used_where_the_draft_is_by_now(yard: Yard) -> None:
    ada, ben, key = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben"), uuid.uuid4()
    await yard.says("환불해 주세요")
    [first] = await yard.conversations()
    macro = await make(yard, ada, DONE)
    async with yard.ground.database.begin() as tx:
        await actions.insert_text(tx, ada, first, macro, key)
        into = (await tx.execute(text(OTHER), {"id": first})).scalar_one()
        done = await actions.use(tx, ada, into, macro, key, await known(tx, ada), said=True)
        assert "tags" in done.changed
    assert await rows(yard, "select conversation_id from macro_run") == [(into,)]
    with pytest.raises(Refused, match="used for something else"):
        async with yard.ground.database.begin() as tx:
            await actions.use(tx, ben, into, await shared_of(yard), key, await known(tx, ben))


OTHER = """insert into conversation (customer_id, brand_id, status, subject, language)
select customer_id, brand_id, 'open', '', 'ko' from conversation where id = :id returning id"""


async def shared_of(yard: Yard) -> int:
    return await make(yard, await cast.agent(yard.ground, "Lee", "lead"), DONE, "All", shared=True)


async def rows_changed(yard: Yard, sql: str) -> None:
    async with yard.ground.database.begin() as tx:
        await tx.execute(text(sql))


async def test_a_step_that_cannot_be_done_undoes_all(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("Where is it?")
    macro = await make(yard, ada, [{"do": "say", "text": {"en": "{{order}} is on its way"}}, {"do": "close"}])
    with pytest.raises(Refused, match="Not known here"):
        await use(yard, ada, macro, uuid.uuid4())
    assert await rows(yard, "select status, (select count(*) from macro_run) from conversation") == [("open", 0)]
    assert (await use(yard, ada, macro, uuid.uuid4(), said=True)).changed == ("status",)  # she wrote it herself


async def test_a_note_of_a_macro_leaves_the_draft_beside_it(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("환불해 주세요")
    [number] = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        await save_draft(tx, ada, number, "확인해 볼게요")
    await use(yard, ada, await make(yard, ada, DONE[1:]), uuid.uuid4())
    assert await rows(yard, "select text from draft") == [("확인해 볼게요",)]


async def test_whose_it_is_decides_who_uses_and_changes_it(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben")
    lead = await cast.agent(yard.ground, "Lee", "lead")
    await yard.says("hello")
    hers = await make(yard, ada, DONE)
    elsewhere = await make(yard, lead, DONE, "Shop", shared=True, brand_id=await cast.brand(yard.ground, "Juniper"))
    shared = await make(yard, lead, DONE, "All", shared=True)
    for viewer, macro in ((ben, hers), (ada, elsewhere)):
        with pytest.raises(NotFound):
            await use(yard, viewer, macro, uuid.uuid4())
    await use(yard, ben, shared, uuid.uuid4())
    for verb in (actions.archive, actions.restore):
        with pytest.raises(NotPermitted):
            async with yard.ground.database.begin() as tx:
                await verb(tx, ben, shared)
    with pytest.raises(NotPermitted):
        await make(yard, ben, DONE, "Mine for all", shared=True)
    eye = await cast.agent(yard.ground, "Eye", "viewer")
    with pytest.raises(NotPermitted):
        await use(yard, eye, shared, uuid.uuid4())


async def test_a_macro_of_a_team_is_for_its_members(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        team = (await tx.execute(text("insert into team (name) values ('Parcels') returning id"))).scalar_one()
    lead = await cast.agent(yard.ground, "Lee", "lead")
    inside = await cast.agent(yard.ground, "Ada", teams=frozenset({team}))
    outside = await cast.agent(yard.ground, "Ben")
    await make(yard, lead, DONE, shared=True, team_id=team)
    async with yard.ground.database.begin() as tx:
        assert [len(await queries.offered(tx, one, yard.brand_id)) for one in (inside, outside)] == [1, 0]
        assert len(await queries.macros(tx, lead)) == 1  # who manages them sees them


async def test_a_copy_is_ones_own_and_its_name_is_free(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    macro = await make(yard, ada, DONE)
    with pytest.raises(Refused, match="of this name"):
        await make(yard, ada, DONE, "sorry")
    async with yard.ground.database.begin() as tx:
        copy = await queries.macro(tx, ada, await actions.duplicate(tx, ada, macro))
        both = await queries.macros(tx, ada)
    assert (copy.name, copy.mine, copy.uses) == ("Sorry (2)", True, 0)
    assert queries.same_words(both) == {copy.id: "Sorry"}


async def test_hidden_fields_are_not_said_by_those_who_may_not_see_them(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hi")
    await rows_changed(
        yard, "insert into customer_field (name, label, kind, seen_by) values ('score', 'Score', 'number', 'leads')"
    )
    await rows_changed(yard, "update customer set fields = '{\"score\": 7}'")
    [number] = await yard.conversations()
    lead = await cast.agent(yard.ground, "Lee", "lead")
    async with yard.ground.database.begin() as tx:
        said = [(await facts(tx, one, number)).values.get("customer.field.score") for one in (ada, lead)]
    assert said == [None, "7"]


async def test_who_sees_one_brand_changes_no_macro_that_other_brands_use(yard: Yard) -> None:
    """T3: a lead of Haneul takes nothing away from Juniper, by no verb."""
    lead = await cast.agent(yard.ground, "Lee", "lead")
    small = await cast.agent(yard.ground, "Sol", "lead", brands=frozenset({yard.brand_id}))
    everywhere = await make(yard, lead, DONE, "All", shared=True)
    here = await make(yard, lead, DONE, "Here", shared=True, brand_id=yard.brand_id)
    async with yard.ground.database.begin() as tx:
        changeable = {one.name: one.changeable for one in await queries.macros(tx, small)}
        house = await known(tx, small)
    assert changeable == {"All": False, "Here": True}
    mine = Given("Mine now", DONE)
    narrow = Given("All", DONE, shared=True, brand_id=yard.brand_id)
    for wanted in (mine, narrow):
        with pytest.raises(Refused, match="every brand"):
            async with yard.ground.database.begin() as tx:
                await actions.change(tx, small, everywhere, wanted, house)
    with pytest.raises(Refused, match="every brand"):
        async with yard.ground.database.begin() as tx:
            await actions.archive(tx, small, everywhere)
    async with yard.ground.database.begin() as tx:
        await actions.archive(tx, small, here)
    assert await rows(yard, "select name, owner_id, brand_id from macro where archived_at is null") == [
        ("All", None, None)
    ]
