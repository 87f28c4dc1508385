"""Messages go from one matter of a customer's into another, and back."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

STATE = text("""
select id, status, messages, unread, first_id, last_id, last_text, last_direction, channel_ids
from conversation order by id
""")
WHERE = text("select id, conversation_id from message order by id")


async def _rows(yard: Yard, query: Any) -> list[tuple[Any, ...]]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def ids(yard: Yard, *places: int) -> list[int]:
    """The numbers of the messages at these places, counted from one."""
    all_of_them = [row[0] for row in await _rows(yard, WHERE)]
    return [all_of_them[place - 1] if place <= len(all_of_them) else place for place in places]


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """Two matters of 미나's, three and two messages; Mia's is the third."""
    ada = await cast.agent(yard.ground)
    for words in ("배송은 언제 오나요?", "그리고 교환도 되나요?", "사이즈는 S예요"):
        await yard.says(words)
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ada, 1)
        await tx.execute(text("update conversation set closed_at = now() - interval '30 days'"))
    for words in ("교환 신청이요", "부탁드려요"):
        await yard.says(words)
    await yard.says("Hello", name="Mia", value="mia@mail.example")
    return ada


async def test_a_message_goes_into_another_matter_and_comes_back_exactly(yard: Yard, ada: Viewer) -> None:
    before = await _rows(yard, STATE), await _rows(yard, WHERE)
    async with yard.ground.database.begin() as tx:
        moving = await actions.move(tx, ada, await ids(yard, 2, 3), 2)
    assert [place for _, place in await _rows(yard, WHERE)] == [1, 2, 2, 2, 2, 3]
    ((one, two, _),) = [await _rows(yard, STATE)]
    assert (one[2], one[6], two[2], [two[4]]) == (1, "배송은 언제 오나요?", 4, await ids(yard, 2))
    for _again in range(2):
        async with yard.ground.database.begin() as tx:
            assert await actions.undo_move(tx, ada, moving) == 1
    assert (await _rows(yard, STATE), await _rows(yard, WHERE)) == before


async def test_split_off_they_are_a_matter_of_their_own_with_the_same_colleague(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.assign(tx, ada, 2, ada.user_id)
        number = await actions.split(tx, ada, await ids(yard, 5))
        row = (
            await tx.execute(text(f"select assignee_id, subject, messages from conversation where id = {number}"))
        ).one()
    assert tuple(row) == (ada.user_id, "부탁드려요", 1)
    async with yard.ground.database.begin() as tx:
        await actions.undo_move(tx, ada, 1)
    assert (await _rows(yard, STATE))[-1][1:3] == ("closed", 0)


async def test_what_is_left_empty_is_closed_and_open_again_when_they_return(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        moving = await actions.move(tx, ada, await ids(yard, 4, 5), 1)
    assert (await _rows(yard, STATE))[1][1:3] == ("closed", 0)
    async with yard.ground.database.begin() as tx:
        await actions.undo_move(tx, ada, moving)
    assert (await _rows(yard, STATE))[1][1:3] == ("open", 2)


async def test_what_a_colleague_closed_since_stays_closed_when_messages_return(yard: Yard, ada: Viewer) -> None:
    ben = await cast.agent(yard.ground, "Ben")
    async with yard.ground.database.begin() as tx:
        moving = await actions.move(tx, ada, await ids(yard, 5), 1)
        await actions.close(tx, ben, 2)
    async with yard.ground.database.begin() as tx:
        await actions.undo_move(tx, ada, moving)
        waits = (await tx.execute(text("select waiting_since from conversation where id = 2"))).scalar_one()
    assert (await _rows(yard, STATE))[1][1:3] == ("closed", 2)
    assert waits is None, "nobody waits where it is closed"


async def test_nothing_goes_to_another_customer_or_from_where_one_does_not_see(yard: Yard, ada: Viewer) -> None:
    ben = await cast.agent(yard.ground, "Ben", sees="assigned")
    for viewer, places, to, refusal in (
        (ada, [4], 3, Refused),
        (ada, [4], 2, Refused),
        (ada, [], 1, Refused),
        (ada, [1, 4], 2, NotFound),
        (ada, [999], 2, NotFound),
        (ada, [4], 99, NotFound),
        (ben, [4], 1, NotFound),
    ):
        async with yard.ground.database.begin() as tx:
            with pytest.raises(refusal):
                await actions.move(tx, viewer, await ids(yard, *places), to)
    async with yard.ground.database.begin() as tx:
        with pytest.raises(Refused):
            await actions.split(tx, ada, await ids(yard, 4, 5))
    async with yard.ground.database.begin() as tx:
        moving = await actions.move(tx, ada, await ids(yard, 4), 1)
        with pytest.raises(NotFound):
            await actions.undo_move(tx, ben, moving)


async def test_an_answer_on_its_way_out_goes_with_what_it_answers(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        answer = await actions.reply(tx, ada, 2, text="네, 바로 해 드릴게요")
        await actions.move(tx, ada, [*await ids(yard, 5), answer], 1)
    out = "select conversation_id from message where direction = 'out'"
    found = text(f"select conversation_id from outbox union all {out}")
    assert [row[0] for row in await _rows(yard, found)] == [1, 1]


async def test_moved_to_and_fro_undone_in_any_order_nothing_is_lost(yard: Yard, ada: Viewer) -> None:
    chance = random.Random(7)
    movings: list[int] = []
    for _round in range(25):
        async with yard.ground.database.begin() as tx:
            where = [
                tuple(row) for row in await tx.execute(text("select id, conversation_id from message where id < 6"))
            ]
            if movings and chance.random() < 0.4:
                await actions.undo_move(tx, ada, movings.pop(chance.randrange(len(movings))))
                continue
            source = chance.choice([1, 2])
            there = [number for number, place in where if place == source]
            if there:
                some = chance.sample(there, chance.randint(1, len(there)))
                movings.append(await actions.move(tx, ada, some, 3 - source))
    counted = "select conversation_id, count(*) from message where conversation_id < 3 group by 1"
    kept = "select id, messages from conversation where id < 3 and messages > 0"
    assert sorted(await _rows(yard, text(counted))) == sorted(await _rows(yard, text(kept)))


async def test_what_a_colleague_keeps_open_takes_her_next_words_until_it_is_closed(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.reopen(tx, ada, 1)
        await actions.keep(tx, ada, 1, True)
    await yard.says("여기 이어서 써요")
    assert (await _rows(yard, WHERE))[-1][1] == 1
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ada, 1)
        await tx.execute(text("update conversation set closed_at = now() - interval '30 days' where id = 1"))
    await yard.says("이건 교환 얘기예요")
    assert (await _rows(yard, WHERE))[-1][1] == 2
