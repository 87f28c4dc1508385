"""Who may be one: asked of whoever sees both, decided once, and taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.conversations import merging, profiles, questions
from madang.customers import actions, history
from madang.customers.actions import suggesting
from madang.customers.actions.suggesting import Pair
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import CONSOLE, NotPermitted
from madang.tests.cast import Yard, agent


async def _three(yard: Yard) -> list[int]:
    """미나 by mail, 미나 by another mail, and Mia."""
    await yard.says("하나", name="미나", value="mina@naver.example")
    await yard.says("둘", name="김미나", value="mina@work.example")
    await yard.says("three", name="Mia", value="mia@juniper.example")
    async with yard.ground.database.begin() as tx:
        return list((await tx.execute(text("select id from customer order by id"))).scalars())


async def _ask(tx: Tx, one: int, two: int, score: float = 0.91) -> None:
    evidence = [{"field": "name", "level": "alike", "weight": 3.2, "one": "미나", "two": "김미나"}]
    await suggesting.suggest(tx, [Pair(one, two, score, evidence)])


async def test_the_surest_is_asked_first_page_by_page_and_conflicts_before_all(yard: Yard) -> None:
    one, two, three = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await _ask(tx, one, two, 0.92)
        await _ask(tx, one, three, 0.93)
        await suggesting.conflict(tx, two, three)
        first = await questions.waiting(tx, CONSOLE, limit=2)
        rest = await questions.waiting(tx, CONSOLE, limit=2, cursor=first.next)
        assert [asked.pair for asked in (*first.items, *rest.items)] == [(two, three), (one, three), (one, two)]
        assert [asked.conflict for asked in first.items] == [True, False]
        assert rest.next is None
        assert await questions.count(tx, CONSOLE) == 3


async def test_accepted_they_are_one_and_undone_the_question_is_back(yard: Yard) -> None:
    one, two, three = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await _ask(tx, one, two)
        await _ask(tx, two, three, 0.9)
        (asked, _) = (await questions.waiting(tx, CONSOLE)).items
        number = await merging.accept(tx, CONSOLE, asked.id, swap=True)
        assert await profiles.root(tx, CONSOLE, one) == two, "swapped: the younger stays"
        person = await profiles.person(tx, CONSOLE, one)
        assert (person.id, person.merged, person.also) == (two, [one], ["미나"])
        assert [question.pair for question in (await questions.waiting(tx, CONSOLE)).items] == [(two, three)]
        with pytest.raises(Refused):
            await merging.accept(tx, CONSOLE, asked.id)
        await merging.undo(tx, CONSOLE, number, ask_again=True)
        assert (await questions.waiting(tx, CONSOLE)).items[0].id == asked.id


async def test_who_was_merged_is_asked_about_as_who_she_is_and_not_against_herself(yard: Yard) -> None:
    one, two, three = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await _ask(tx, two, three, 0.92)
        await _ask(tx, one, two)
        number = await actions.merge(tx, CONSOLE.actor, one, two)
        assert [asked.pair for asked in (await questions.waiting(tx, CONSOLE)).items] == [(one, three)]
        assert [asked.pair for asked in await questions.about(tx, CONSOLE, one)] == [(one, three)]
        await merging.undo(tx, CONSOLE, number)
        assert await questions.count(tx, CONSOLE) == 2, "undone elsewhere than in the queue: both were open"


async def test_undone_a_month_later_it_is_asked_only_once_more_is_known(yard: Yard) -> None:
    one, two, _ = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await _ask(tx, one, two)
        (asked,) = (await questions.waiting(tx, CONSOLE)).items
        await merging.undo(tx, CONSOLE, await merging.accept(tx, CONSOLE, asked.id))
        assert await questions.count(tx, CONSOLE) == 0
        await _ask(tx, one, two)
        assert await questions.count(tx, CONSOLE) == 0
        await _ask(tx, one, two, 0.97)
        assert await questions.count(tx, CONSOLE) == 1


async def test_rejected_it_can_be_asked_again(yard: Yard) -> None:
    one, two, _ = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await _ask(tx, one, two)
        (asked,) = (await questions.waiting(tx, CONSOLE)).items
        await merging.reject(tx, CONSOLE, asked.id, never=True)
        assert (await questions.one(tx, CONSOLE, asked.id)).state == merging.NEVER
        assert await questions.about(tx, CONSOLE, one) == []
        await merging.reopen(tx, CONSOLE, asked.id)
        assert len(await questions.about(tx, CONSOLE, one)) == 1


async def test_nobody_hears_of_whom_he_does_not_see(yard: Yard) -> None:
    one, two, _ = await _three(yard)
    ben = await agent(yard.ground, "Ben", sees="assigned")
    async with yard.ground.database.begin() as tx:
        mine = text("update conversation set assignee_id = :ben where customer_id = :one")
        await tx.execute(mine, {"ben": ben.user_id, "one": one})
        await _ask(tx, one, two)
        number = (await questions.waiting(tx, CONSOLE)).items[0].id
        assert (await questions.waiting(tx, ben)).items == []
        assert await questions.count(tx, ben) == 0
        assert await questions.about(tx, ben, one) == []
        for verb in (merging.accept, merging.reject, merging.reopen):
            with pytest.raises(NotFound):
                await verb(tx, ben, number)
        with pytest.raises(NotFound):
            await merging.merge(tx, ben, one, two)
        merge = await merging.merge(tx, CONSOLE, one, two)
        assert [known.loser for known in await merging.merges(tx, ben, two)] == ["김미나"], "she is one he sees"
        await merging.undo(tx, CONSOLE, merge)
        assert await merging.merges(tx, ben, one) == [], "and now not any more"
        with pytest.raises(NotFound):
            await merging.merge_of(tx, ben, merge)
    viewer = await agent(yard.ground, "Vera", "viewer")
    async with yard.ground.database.begin() as tx:
        with pytest.raises(NotPermitted):
            await questions.waiting(tx, viewer)


async def test_only_who_sees_everything_sees_a_customer_without_a_conversation(yard: Yard) -> None:
    ada = await agent(yard.ground, "Ada")
    lead = await agent(yard.ground, "Ben", "lead")
    narrow = await agent(yard.ground, "Cho", "lead", brands=frozenset({yard.brand_id}))
    async with yard.ground.database.begin() as tx:
        made = text("insert into customer (name) values ('Imported') returning id")
        number = (await tx.execute(made)).scalar_one()
        assert (await profiles.person(tx, lead, number)).name == "Imported"
        for viewer in (ada, narrow):
            with pytest.raises(NotFound):
                await profiles.person(tx, viewer, number)


async def test_an_edit_is_taken_back_and_the_later_one_stays(yard: Yard) -> None:
    one, *_ = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await profiles.change(tx, CONSOLE, one, {"company": "하늘", "region": "kr"})
        await profiles.change(tx, CONSOLE, one, {"company": "Haneul"})
        later, _, first = (await history.changes(tx, one)).items
        assert [later.field, later.before, later.after, first.field] == ["company", "하늘", "Haneul", "company"]
        await profiles.undo_change(tx, CONSOLE, one, first.id)
        assert (await profiles.person(tx, CONSOLE, one)).company == "Haneul"
        await profiles.undo_change(tx, CONSOLE, one, later.id)
        person = await profiles.person(tx, CONSOLE, one)
        assert (person.company, person.region) == ("", "KR")
        with pytest.raises(Refused):
            await profiles.undo_change(tx, CONSOLE, one, later.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("region", "XX"),
        ("region", "Korea"),
        ("timezone", "Seoul"),
        ("language", "한국어"),
        ("prefers", "fax"),
        ("id", "1"),
    ],
)
async def test_what_a_field_cannot_hold_is_refused(yard: Yard, field: str, value: str) -> None:
    one, *_ = await _three(yard)
    async with yard.ground.database.begin() as tx:
        with pytest.raises(Refused) as refused:
            await profiles.change(tx, CONSOLE, one, {field: value})
    assert refused.value.field == field


async def test_a_blocked_customer_is_still_heard(yard: Yard) -> None:
    one, *_ = await _three(yard)
    async with yard.ground.database.begin() as tx:
        await profiles.block(tx, CONSOLE, one, blocked=True)
        await profiles.block(tx, CONSOLE, one, blocked=True)
    await yard.says("still here", value="mina@naver.example")
    async with yard.ground.database.begin() as tx:
        assert (await profiles.person(tx, CONSOLE, one)).blocked_at
        said = (await tx.execute(text("select count(*) from message where text = 'still here'"))).scalar_one()
        await profiles.block(tx, CONSOLE, one, blocked=False)
        assert (await profiles.person(tx, CONSOLE, one)).blocked_at is None
        kinds = text("select kind from event where kind like 'customer.%blocked' order by id")
        assert (said, list((await tx.execute(kinds)).scalars())) == (1, ["customer.blocked", "customer.unblocked"])
