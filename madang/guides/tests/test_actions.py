"""Guides beside conversations: ticked once, by whom and when, kept through versions, and only within one's scope."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.changes.queries import Asked, changes
from madang.conversations.joining.actions import merging
from madang.desk.settings_undo import Doing, sees, undo
from madang.events import log
from madang.guides import actions, queries, reactions
from madang.guides.actions import Given
from madang.guides.reactions import HEARD
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

ITEMS = [
    {"sort": "ask", "text": "주문 번호"},
    {"sort": "check", "text": "사진 확인"},
    {"sort": "heading", "text": "끝"},
]


async def make(yard: Yard, viewer: Viewer, **more: Any) -> int:
    async with yard.ground.database.begin() as tx:
        return await actions.create(tx, viewer, Given("환불", ITEMS, **more))


async def test_ticks_are_kept_when_the_guide_changes(yard: Yard) -> None:
    lead, ben = await cast.agent(yard.ground, "Lee", "lead"), await cast.agent(yard.ground, "Ben")
    await yard.says("환불해 주세요")
    [number] = await yard.conversations()
    made = await make(yard, lead)
    async with yard.ground.database.begin() as tx:
        one = await queries.guide(tx, lead, made)
        first = one.items[0]
        for _twice in range(2):
            await actions.tick(tx, ben, number, made, first.key, done=True)
        kept = [{"sort": "ask", "text": "새 항목"}, {"key": first.key, "sort": "ask", "text": "주문 번호가 뭐예요?"}]
        await actions.change(tx, lead, made, Given("환불", kept))
        now = await queries.beside(tx, ben, number)
        told = (await tx.execute(text("select count(*) from event where kind = 'guide.ticked'"))).scalar_one()
    assert now.guide is not None
    assert [now.ticks[item.key].by if item.key in now.ticks else None for item in now.guide.items] == [None, "Ben"]
    assert now.progress == (1, 2)
    assert told == 1


async def test_what_cannot_be_ticked_and_who_may_not(yard: Yard) -> None:
    lead = await cast.agent(yard.ground, "Lee", "lead")
    await yard.says("hello")
    [number] = await yard.conversations()
    made = await make(yard, lead)
    elsewhere = await cast.agent(yard.ground, "Ben", brands=frozenset({yard.brand_id + 100}))
    eye = await cast.agent(yard.ground, "Eye", "viewer")
    async with yard.ground.database.begin() as tx:
        items = (await queries.guide(tx, lead, made)).items
        for viewer, item, error in (
            (lead, items[2].key, NotFound),  # a heading
            (lead, "nothing", NotFound),
            (elsewhere, items[0].key, NotFound),
            (eye, items[0].key, NotPermitted),
        ):
            with pytest.raises(error):
                await actions.tick(tx, viewer, number, made, item, done=True)
        with pytest.raises(NotPermitted):
            await actions.create(tx, await _ben(yard), Given("x", ITEMS))
        with pytest.raises(Refused, match="every brand"):
            await actions.change(tx, await _lead_of(yard), made, Given("x", ITEMS, yard.brand_id))


async def _ben(yard: Yard) -> Viewer:
    return await cast.agent(yard.ground, "Benno")


async def _lead_of(yard: Yard) -> Viewer:
    return await cast.agent(yard.ground, "Lim", "lead", brands=frozenset({yard.brand_id}))


async def test_a_chosen_guide_stands_there_for_everybody_and_none_can_be_chosen(yard: Yard) -> None:
    lead, ben = await cast.agent(yard.ground, "Lee", "lead"), await cast.agent(yard.ground, "Ben")
    await yard.says("hello")
    [number] = await yard.conversations()
    topical = await make(yard, lead, topics=["배송"])
    await make(yard, lead)
    async with yard.ground.database.begin() as tx:
        await actions.choose(tx, ben, number, topical)
        chosen = await queries.beside(tx, lead, number)
        await actions.choose(tx, ben, number, 0)  # as a form may say it
        await actions.choose(tx, ben, number, None)
        none = await queries.beside(tx, lead, number)
    assert (chosen.guide and chosen.guide.id, len(chosen.others)) == (topical, 1)
    assert (none.guide, len(none.others)) == (None, 1)


async def test_of_two_that_fit_alike_the_one_higher_up_is_offered_and_a_move_is_taken_back(yard: Yard) -> None:
    lead, small = await cast.agent(yard.ground, "Lee", "lead"), await _lead_of(yard)
    await yard.says("hello")
    [number] = await yard.conversations()
    first, second = await make(yard, lead, brand_id=yard.brand_id), await make(yard, lead, brand_id=yard.brand_id)
    third = await make(yard, lead)
    async with yard.ground.database.begin() as tx:
        for _twice in range(2):
            await actions.move(tx, small, second, first)
        beside = await queries.beside(tx, lead, number)
        assert (beside.guide and beside.guide.id, await queries.order(tx)) == (second, [second, first, third])
        [moved] = await changes(tx, sees(small), Asked(page="guides", subject=f"guide:{second}"), 1)
        assert (moved.field, moved.before, moved.after) == ("place", 2, 1)
        await undo(Doing(yard.ground, tx, small), moved.id)
        assert await queries.order(tx) == [first, second, third]
        await actions.move(tx, small, first, None)
        assert await queries.order(tx) == [second, third, first]
        with pytest.raises(Refused, match="every brand"):
            await actions.move(tx, small, third, second)
        elsewhere = await cast.agent(yard.ground, "Lou", "lead", brands=frozenset({yard.brand_id + 100}))
        with pytest.raises(NotFound):
            await actions.move(tx, elsewhere, first, None)


async def test_the_topics_that_forms_ask_and_the_tags_in_use_are_known(yard: Yard) -> None:
    lead = await cast.agent(yard.ground, "Lee", "lead")
    elsewhere = await cast.agent(yard.ground, "Lim", "lead", brands=frozenset({yard.brand_id + 100}))
    await yard.says("hello")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("""update channel set settings = settings || '{"topics": ["배송", "반품"]}'"""))
        await tx.execute(text("update conversation set tags = '{반품,급함}'"))
        assert await queries.topics_known(tx, lead) == ["배송", "반품", "급함"]
        assert await queries.topics_known(tx, elsewhere) == []


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ({"sort": "song", "text": "x"}, "items.0.sort"),
        ({"sort": "say", "text": " "}, "items.0.text"),
        ({"sort": "link", "text": "x", "url": "javascript:alert(1)"}, "items.0.url"),
    ],
)
async def test_a_wrong_item_is_named(yard: Yard, item: dict[str, Any], place: str) -> None:
    lead = await cast.agent(yard.ground, "Lee", "lead")
    async with yard.ground.database.begin() as tx:
        with pytest.raises(Refused) as error:
            await actions.create(tx, lead, Given("x", [item]))
    assert error.value.field == place


async def test_ticks_go_along_with_a_merge_and_come_back_with_its_undo(yard: Yard) -> None:
    lead, ben = await cast.agent(yard.ground, "Lee", "lead"), await cast.agent(yard.ground, "Ben")
    await yard.says("환불해 주세요")
    [here] = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        other = (await tx.execute(text(OTHER), {"id": here})).scalar_one()
    made = await make(yard, lead)
    async with yard.ground.database.begin() as tx:
        ask, check = (one.key for one in (await queries.guide(tx, lead, made)).items[:2])
        await actions.tick(tx, ben, other, made, ask, done=True)
        await actions.choose(tx, ben, other, made)
        joined = await merging.merge(tx, lead, other, here)
    await follow(yard)
    await follow(yard)
    async with yard.ground.database.begin() as tx:
        assert {key: one.by for key, one in (await queries.beside(tx, lead, here)).ticks.items()} == {ask: "Ben"}
        await actions.tick(tx, lead, here, made, check, done=True)
        await merging.undo(tx, lead, joined)
    await follow(yard)
    async with yard.ground.database.begin() as tx:
        assert list((await queries.beside(tx, lead, here)).ticks) == [check], "what was ticked since stays"
        assert list((await queries.beside(tx, lead, other)).ticks) == [ask]
        told = await tx.execute(text("select data->'ticks' from event where kind = 'guide.carried' order by id"))
        assert [row[0] for row in told] == [1, 1], "twice is once"


OTHER = """insert into conversation (customer_id, brand_id, status, subject, language)
select customer_id, brand_id, 'open', '', 'ko' from conversation where id = :id returning id"""


async def follow(yard: Yard) -> None:
    """The reaction hears all there is, as after a killed process."""
    async with yard.ground.database.begin() as tx:
        rows = await tx.execute(text("select id from event where kind = any(:kinds)"), {"kinds": list(HEARD)})
        await reactions.follow(tx, await log.by_id(tx, [row[0] for row in rows]))
