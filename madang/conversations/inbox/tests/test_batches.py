"""Many at once: one transaction, an event for each, an honest report, and the way back (T2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from madang.conversations import actions, queries
from madang.conversations.inbox import lists
from madang.conversations.inbox.actions import batches, keeping, snoozing
from madang.conversations.inbox.actions.holding import Done, Step
from madang.conversations.inbox.lists import Asked
from madang.conversations.inbox.mentions import named, take
from madang.conversations.inbox.tests.conftest import four, listed
from madang.conversations.inbox.tests.test_lists import do
from madang.conversations.inbox.views import all_asked, saved
from madang.events.models import Event
from madang.lib.conditions.values import Wrong
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import CONSOLE, NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

STATE = text("select id, status, assignee_id, team_id, tags, priority, snoozed_until from conversation order by id")


async def state(yard: Yard) -> list[tuple[object, ...]]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(STATE)]


async def back(yard: Yard, viewer: Viewer, done: Done) -> Done:
    async with yard.ground.database.begin() as tx:
        return await batches.undo(tx, viewer, done.undo)


@pytest.mark.slow
async def test_every_verb_has_a_way_back(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    ids = await four(yard)
    await do(yard, ada, "assign", ids[:2], str(ben.user_id))
    await do(yard, ada, "tag", ids[1:], "vip")
    await do(yard, ada, "snooze", ids[3:], (datetime.now(UTC) + timedelta(days=3)).isoformat())
    before = await state(yard)
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    given = {"assign": str(ada.user_id), "tag": "환불", "untag": "vip", "priority": "3", "snooze": later}
    for verb in ("assign", "tag", "untag", "priority", "snooze", "wake", "close", "follow", "unread"):
        done = await do(yard, ada, verb, ids, given.get(verb, ""))
        assert done.changed, verb
        assert not done.refused
        if verb not in ("follow", "unread"):
            assert await state(yard) != before, verb
        undone = await back(yard, ada, done)
        assert not undone.refused
        assert await state(yard) == before, verb


async def test_what_cannot_be_done_is_said_and_the_rest_is_done(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    ids = await four(yard)
    await do(yard, ada, "close", ids[:1])
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    done = await do(yard, ada, "snooze", [*ids, 2**40], later)
    assert (done.changed, sorted(done.refused)) == (ids[1:], [ids[0], 2**40])
    assigned = await do(yard, ada, "assign", ids, str(ada.user_id))
    await do(yard, ben, "assign", ids[:1], str(ben.user_id))
    undone = await back(yard, ada, assigned)
    assert (undone.changed, list(undone.refused)) == (ids[1:], ids[:1])  # what Ben did since stays


NONSENSE = (
    ("drop", ""),
    ("assign", "x"),
    ("assign", "999999"),
    ("team", "7"),
    ("priority", "9"),
    ("priority", ""),
    ("snooze", "2020-01-01T00:00:00+00:00"),
    ("snooze", "2020-01-01T00:00:00"),
    ("snooze", "soon"),
    ("snooze", "2990-01-01T00:00:00+00:00"),
    ("tag", " "),
    ("tag", "x" * 41),
)


async def test_nonsense_changes_nothing(yard: Yard, ada: Viewer) -> None:
    await yard.says("환불 되나요?")
    ids = await yard.conversations()
    before = await state(yard)
    for verb, value in NONSENSE:
        with pytest.raises(Refused):
            await do(yard, ada, verb, ids, value)
    assert await state(yard) == before


@pytest.mark.slow
async def test_nobody_changes_what_is_not_hers(yard: Yard, ada: Viewer) -> None:
    ids = await four(yard)
    carla = await cast.agent(yard.ground, "Carla", sees="assigned")
    assert (await do(yard, carla, "close", ids)).changed == []
    looker = await cast.agent(yard.ground, "Vera", role="viewer")
    with pytest.raises(NotPermitted):
        await do(yard, looker, "close", ids)
    with pytest.raises(Refused):
        await do(yard, ada, "close", list(range(1, 600)))


async def test_snoozing_ends_at_its_moment_or_when_she_writes(yard: Yard, ada: Viewer) -> None:
    await yard.says("환불 되나요?")
    (number,) = await yard.conversations()
    await do(yard, ada, "assign", [number], str(ada.user_id))
    later = datetime.now(UTC) + timedelta(hours=1)
    await do(yard, ada, "snooze", [number], later.isoformat())
    assert await snoozing.wake_due(yard.ground.database) == 0
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set snoozed_until = now() - interval '1 second'"))
    assert await snoozing.wake_due(yard.ground.database) == 1
    assert await snoozing.wake_due(yard.ground.database) == 0
    assert await listed(yard, ada, Asked("mine")) == [number]
    async with yard.ground.database.begin() as tx:
        woken = (await tx.execute(select(Event.data, Event.actor).where(Event.kind == "conversation.woken"))).all()
        assert [(row.data, row.actor) for row in woken] == [({"why": "due", "user": ada.user_id}, "system")]
        assert (await queries.one(tx, ada, number)).unread > 0
    await do(yard, ada, "snooze", [number], later.isoformat())
    assert await listed(yard, ada, Asked("mine")) == []
    await yard.says("아직인가요?")
    assert await yard.conversations() == [number]
    assert await listed(yard, ada, Asked("mine")) == [number]


async def test_what_comes_back_is_on_top_and_says_why(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    ids = await four(yard)
    await do(yard, ben, "snooze", ids[:1], (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set snoozed_until = now() where snoozed_until is not null"))
        said = (await queries.one(tx, ada, ids[0])).last_at
    assert await snoozing.wake_due(yard.ground.database) == 1
    assert await listed(yard, ada, Asked("all")) == [ids[0], *reversed(ids[1:])]
    async with yard.ground.database.begin() as tx:
        woken = await queries.one(tx, ada, ids[0])
        assert (woken.last_at, woken.sort_at > said) == (said, True), "what she said last was said then"
        rows = {row.id: row for row in (await lists.page(tx, ada, Asked("all"))).items}
    assert [rows[one].back for one in ids] == ["Ben", None, None, None]
    await yard.says("아직인가요?", name="mina", value="mina@naver.example")
    async with yard.ground.database.begin() as tx:
        assert (await queries.one(tx, ada, ids[0])).back is None
    await do(yard, CONSOLE, "snooze", ids[:1], (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set snoozed_until = now() where snoozed_until is not null"))
    assert await snoozing.wake_due(yard.ground.database) == 1
    async with yard.ground.database.begin() as tx:
        assert (await queries.one(tx, ada, ids[0])).back == "", "this time a program had, and not Ben"


async def test_undoing_a_closing_brings_back_what_it_took(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    ids = await four(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set keeps = true where id = :id"), {"id": ids[1]})
    await do(yard, ada, "read", ids[3:])
    taken = text("select unread, keeps, waiting_since, status from conversation order by id")
    async with yard.ground.database.begin() as tx:
        before = (await tx.execute(taken)).all()
    done = await do(yard, ada, "close", ids)
    await yard.says("one thing more", name="mina", value="mina@naver.example")
    undone = await back(yard, ada, done)
    assert sorted(undone.changed) == ids[1:]  # hers was open again already
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(taken)).all()[1:] == before[1:]
        assert [(await queries.one(tx, who, ids[3])).unread for who in (ada, ben)] == [0, 1]


def test_who_is_named() -> None:
    people = {1: "Ada", 2: "김하나", 3: "Ada Lovelace", 4: "하나"}
    assert named("@Ada Lovelace, @김하나님께 물어봐 주세요", people) == [3, 2]
    assert named("@ada: look", people) == [1]
    assert named("ada@ada.example, @adam, @ nobody", people) == []


async def test_views_are_ones_own_a_teams_or_everybodys(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    ids = await four(yard)
    lead = await cast.agent(yard.ground, "Lena", role="lead")
    urgent = {"field": "priority", "op": "is", "value": "3"}
    await do(yard, ada, "priority", ids[:1], "3")
    async with yard.ground.database.begin() as tx:
        own = await keeping.save(tx, ada, "급한 것", urgent)
        with pytest.raises(NotPermitted):
            await keeping.save(tx, ada, "For all", urgent, whose="all")
        shared = await keeping.save(tx, lead, "For all", urgent, "waiting", "all")
        assert [one.id for one in await saved(tx, ada)] == [shared, own]
        assert [one.id for one in await saved(tx, ben)] == [shared]
        with pytest.raises(NotFound):
            await keeping.change(tx, ben, own, name="mine now")
        with pytest.raises(NotPermitted):
            await keeping.archive(tx, ben, shared)
        with pytest.raises(Wrong):
            await keeping.save(tx, ada, "?", {"field": "password", "op": "is", "value": "x"})
        every = await all_asked(tx, ada, await saved(tx, ada))
    assert await listed(yard, ada, every[f"v{own}"]) == ids[:1]
    async with yard.ground.database.begin() as tx:
        await keeping.archive(tx, ada, own)
        assert [one.id for one in await saved(tx, ada)] == [shared]
        await keeping.restore(tx, ada, own)
        await keeping.restore(tx, ada, own)
        assert len(await saved(tx, ada)) == 2
        told = (await tx.execute(select(Event.id).where(Event.kind == "view.restored"))).all()
    assert len(told) == 1, "twice is once"


async def test_a_note_that_names_somebody_says_so_once(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    await yard.says("환불 되나요?")
    (number,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        made = await actions.note(tx, ada, number, text="@Ben 봐 주세요")
        assert await take(tx, ada, number, made, "@Ben 봐 주세요") == [ben.user_id]
        told = (await tx.execute(select(Event.data).where(Event.kind == "message.mentioned"))).scalars().all()
    assert told == [{"users": [ben.user_id]}]


async def test_what_a_colleague_did_since_stays(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    await yard.says("환불 되나요?")
    ids = await yard.conversations()
    later = [(datetime.now(UTC) + timedelta(days=days)).isoformat() for days in (1, 2)]
    for first, others in (("close", ("reopen", "close")), ("snooze", ("snooze",))):
        mine = await do(yard, ada, first, ids, later[0])
        for verb in others:
            await do(yard, ben, verb, ids, later[1])
        before = await state(yard)
        undone = await back(yard, ada, mine)
        assert (undone.changed, list(undone.refused)) == ([], ids), first
        assert await state(yard) == before
        await do(yard, ben, "reopen", ids)


async def test_undoing_a_closing_puts_nothing_to_sleep_that_went_on(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    ids = (await four(yard))[:3]
    soon = datetime.now(UTC) + timedelta(days=1)
    await do(yard, ben, "snooze", ids, soon.isoformat())
    done = await do(yard, ada, "close", ids)
    await do(yard, ben, "reopen", ids[:1])
    await yard.says("급해요", name="mia", value="mia@naver.example")
    undone = await back(yard, ada, done)
    assert list(undone.refused) == ids[:2]
    assert [row[1] for row in await state(yard)] == ["open"] * 4
    assert [row[6] for row in await state(yard)] == [None, None, soon, None]


async def test_a_snooze_that_is_over_meanwhile_holds_up_no_undoing(yard: Yard, ada: Viewer) -> None:
    ids = (await four(yard))[:2]
    done = await do(yard, ada, "close", ids)
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    undone = await back(yard, ada, Done(undo=[*done.undo, Step("snooze", over, tuple(ids))]))
    assert (undone.changed, undone.refused) == (ids, {})
    assert [(row[1], row[6]) for row in await state(yard)] == [("open", None)] * 4


async def test_undoing_tells_nothing_of_what_is_not_hers(yard: Yard, ada: Viewer) -> None:
    """T2: whose a conversation of another brand is cannot be asked step by step."""
    await yard.says("환불 되나요?")
    ids = await yard.conversations()
    await do(yard, ada, "assign", ids, str(ada.user_id))
    eve = await cast.agent(yard.ground, "Eve", brands=frozenset({99}))
    hostile: tuple[Any, ...] = (ada.user_id, None, {"hostile": []})
    steps = [Step("assign", None, tuple(ids), was) for was in hostile]
    answers = [await back(yard, eve, Done(undo=[one])) for one in steps]
    assert [one.refused for one in answers] == [answers[0].refused] * 3
