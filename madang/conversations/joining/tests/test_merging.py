"""Two matters of one customer are one, and two again: nothing is lost, what comes later finds its way."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions, merging
from madang.conversations.joining import actions as joining
from madang.conversations.joining import previews, queries
from madang.conversations.tests.test_moving import ada as ada
from madang.conversations.tests.test_moving import ids
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

STATE = text("""
select id, status, messages, unread, first_id, last_id, last_text, last_direction, channel_ids, merged_into_id, tags,
  orders, priority, assignee_id, keeps, fields
from conversation order by id
""")
WHERE = text("select id, conversation_id from message order by id")
BESIDE = text("""
select 'draft', user_id, conversation_id, text, kind from draft union all
select 'follower', user_id, conversation_id, '', '' from follower union all
select 'link', a_id, b_id, '', '' from conversation_link order by 1, 2, 3
""")


async def _rows(yard: Yard, query: Any) -> list[tuple[Any, ...]]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def _everything(yard: Yard) -> Any:
    return [await _rows(yard, query) for query in (STATE, WHERE, BESIDE)]


async def _run(yard: Yard, *statements: str) -> None:
    async with yard.ground.database.begin() as tx:
        for one in statements:
            await tx.execute(text(one))


async def test_one_goes_into_the_other_with_all_it_has_and_comes_back_exactly(yard: Yard, ada: Viewer) -> None:
    await _run(
        yard,
        "update conversation set tags = '{교환}', orders = '{20261122-1}', priority = 3 where id = 1",
        "update conversation set status = 'open', closed_at = null where id = 1",
        "update conversation set tags = '{배송}', unread = 1 where id = 2",
        f"insert into draft (user_id, conversation_id, text, kind) values ({ada.user_id}, 1, '네, ', 'note')",
        f"insert into draft (user_id, conversation_id, text, kind) values ({ada.user_id}, 2, '교환은', 'reply')",
        f"insert into follower (user_id, conversation_id) values ({ada.user_id}, 1)",
        "insert into conversation_link (a_id, b_id, by) values (1, 3, 'system')",
    )
    before = await _everything(yard)
    async with yard.ground.database.begin() as tx:
        joined = await joining.merge(tx, ada, 1, 2)
    state, where, beside = await _everything(yard)
    assert [place for _, place in where] == [2, 2, 2, 2, 2, 3]
    assert (state[0][1], state[0][2], state[0][9]) == ("closed", 0, 2)
    assert state[1][1:4] == ("open", 5, state[1][3])
    assert state[1][10:13] == (["배송", "교환"], ["20261122-1"], 3)
    assert ("draft", ada.user_id, 2, "교환은\n\n네, ", "note") in beside
    assert {("follower", ada.user_id, 2, "", ""), ("link", 2, 3, "", "")} <= set(beside)
    for _again in range(2):
        async with yard.ground.database.begin() as tx:
            assert await joining.undo(tx, ada, joined) == 1
    assert await _everything(yard) == before


async def test_after_it_mail_to_either_finds_the_one_that_is_left(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await joining.merge(tx, ada, 1, 2)
    await yard.says("이어서 [#1]")  # as our own mails name it
    await yard.says("아무 말")
    assert [place for _, place in await _rows(yard, WHERE)][-2:] == [2, 2]
    async with yard.ground.database.begin() as tx:
        assert await queries.now_at(tx, 1) == 2
        for verb in (actions.reopen, actions.close):
            with pytest.raises(Refused):
                await verb(tx, ada, 1)


async def test_undone_after_more_was_said_and_done_that_stays_where_it_came(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.set_tags(tx, ada, 1, ["교환"])
        joined = await joining.merge(tx, ada, 1, 2)
        answer = await actions.reply(tx, ada, 2, text="네, 바로 해 드릴게요")
    await yard.says("고마워요")
    async with yard.ground.database.begin() as tx:
        await actions.set_tags(tx, ada, 2, ["교환", "감사"])
        await joining.undo(tx, ada, joined)
    where = dict(await _rows(yard, WHERE))
    assert [where[number] for number in sorted(where)] == [1, 1, 1, 2, 2, 3, 2, 2]
    assert where[answer] == 2
    state = await _rows(yard, STATE)
    assert (state[0][1], state[0][10], state[1][10], state[1][1]) == ("closed", ["교환"], ["감사"], "open")


async def test_what_is_due_to_go_out_goes_along(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.reopen(tx, ada, 1)
        now = await actions.reply(tx, ada, 1, text="지금")
        later = await actions.reply(tx, ada, 1, text="나중에")
    await _run(
        yard,
        f"delete from outbox where message_id = {later}",
        f"insert into scheduled (message_id, conversation_id, channel_id, at) values ({later}, 1, 1, now())",
    )
    due = text(
        "select message_id, conversation_id from outbox union all select message_id, conversation_id from scheduled"
    )
    async with yard.ground.database.begin() as tx:
        joined = await joining.merge(tx, ada, 1, 2)
    assert sorted(await _rows(yard, due)) == [(now, 2), (later, 2)]
    async with yard.ground.database.begin() as tx:
        await joining.undo(tx, ada, joined)
    assert sorted(await _rows(yard, due)) == [(now, 1), (later, 1)]


async def test_never_two_customers_or_what_she_does_not_see(yard: Yard, ada: Viewer) -> None:
    ben = await cast.agent(yard.ground, "Ben", sees="assigned")
    async with yard.ground.database.begin() as tx:
        await actions.assign(tx, ada, 1, ben.user_id)
        await actions.assign(tx, ada, 2, ada.user_id)
    for viewer, one, other, refusal in (
        (ada, 1, 1, Refused),
        (ada, 1, 3, Refused),
        (ada, 1, 99, NotFound),
        (ben, 1, 2, NotFound),
        (ben, 2, 1, NotFound),
    ):
        async with yard.ground.database.begin() as tx:
            with pytest.raises(refusal):
                await joining.merge(tx, viewer, one, other)
    async with yard.ground.database.begin() as tx:
        with pytest.raises(NotFound):
            await joining.link(tx, ben, 1, 3)
        joined = await joining.merge(tx, ada, 1, 2)
        with pytest.raises(NotFound):
            await joining.undo(tx, ben, joined)


@pytest.mark.parametrize("strict", [True, False])
async def test_merged_and_moved_to_and_fro_nothing_is_lost(yard: Yard, ada: Viewer, strict: bool) -> None:
    """A random history over three matters. Undone from its end, all is at home; undone in any order, each message is
    still somewhere once where it can be read, and the counters are true."""
    third = "insert into conversation (brand_id, customer_id, subject) select brand_id, customer_id, '셋째'"
    await _run(yard, f"{third} from conversation where id = 1")
    home = await _rows(yard, WHERE)
    chance, done = random.Random(11), list[tuple[str, int]]()
    for _round in range(50):
        try:
            async with yard.ground.database.begin() as tx:
                await _something(tx, ada, chance, done, strict)
        except Refused:
            continue
    lost = text("select m.id from message m join conversation v on v.id = m.conversation_id where merged_into_id > 0")
    assert not await _rows(yard, lost)
    for what, number in reversed(done):
        async with yard.ground.database.begin() as tx:
            await (joining.undo if what == "merge" else actions.undo_move)(tx, ada, number)
    now = await _rows(yard, WHERE)
    assert now == home if strict else [number for number, _ in now] == [number for number, _ in home]
    counted = "select conversation_id, count(*), max(id) from message group by 1"
    kept = "select id, messages, last_id from conversation where messages > 0"
    assert sorted(await _rows(yard, text(counted))) == sorted(await _rows(yard, text(kept)))
    assert not await _rows(yard, text("select id from conversation where merged_into_id is not null"))


async def _something(tx: Any, ada: Viewer, chance: random.Random, done: list[tuple[str, int]], strict: bool) -> None:
    one, other = chance.sample([1, 2, 4], 2)
    luck = chance.random()
    if luck < 0.3 and done:
        place = len(done) - 1 if strict else chance.randrange(len(done))
        what, number = done[place]
        await (joining.undo if what == "merge" else actions.undo_move)(tx, ada, number)
        del done[place]
    elif luck < 0.6:
        done.append(("merge", await joining.merge(tx, ada, one, other)))
    else:
        found = text("select id from message where conversation_id = :one order by id")
        there = list((await tx.execute(found, {"one": one})).scalars())
        if there:
            some = chance.sample(there, chance.randint(1, len(there)))
            done.append(("move", await actions.move(tx, ada, some, other)))


async def test_two_customers_after_all_each_has_her_own_words(yard: Yard, ada: Viewer) -> None:
    lead = await cast.agent(yard.ground, "Hana", role="administrator")
    async with yard.ground.database.begin() as tx:
        mina, mia = (
            row[0] for row in await tx.execute(text("select distinct customer_id from conversation order by 1"))
        )
        merge = await merging.merge(tx, lead, mina, mia)
        await joining.merge(tx, ada, 3, 2)
    assert [place for _, place in await _rows(yard, WHERE)] == [1, 1, 1, 2, 2, 2]
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, lead, merge)
    assert [place for _, place in await _rows(yard, WHERE)] == [1, 1, 1, 2, 2, 3]
    owners = text("select id, customer_id, merged_into_id from conversation order by id")
    assert await _rows(yard, owners) == [(1, mina, None), (2, mina, None), (3, mia, None)]


async def test_linked_each_leads_to_the_other_as_far_as_it_is_seen(yard: Yard, ada: Viewer) -> None:
    ben = await cast.agent(yard.ground, "Ben", sees="assigned")
    async with yard.ground.database.begin() as tx:
        await actions.assign(tx, ada, 3, ben.user_id)
        for _again in range(2):
            await joining.link(tx, ada, 3, 1)
        assert [row.id for row in await queries.linked(tx, ada, 1)] == [3]
        assert await queries.linked(tx, ben, 3) == []
        await joining.unlink(tx, ada, 1, 3)
        assert await queries.linked(tx, ada, 3) == []


async def test_what_was_taken_back_can_be_split_off_and_is_shown_as_nothing(yard: Yard, ada: Viewer) -> None:
    first = await ids(yard, 1)
    await _run(yard, f"update message set deleted_at = now(), text = '' where id = {first[0]}")
    async with yard.ground.database.begin() as tx:
        shown = await previews.moving(tx, ada, 1, first, None)
    assert (shown.count, shown.moved, shown.subject) == (1, [], "")
