"""The timeline shows all there is of a customer, each thing once, to whoever may see it (T2)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions, merging, telling, timeline
from madang.conversations.timeline import Asked, Entry
from madang.customers.actions import merge
from madang.customers.happenings import Happening
from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.paging import BadCursor
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

ALL = Asked()
MAY = datetime(2026, 5, 1, tzinfo=UTC)


RECOUNT = text("""
update conversation v set first_id = m.a, last_id = m.z
from (select conversation_id, min(id) a, max(id) z from message where direction <> 'note' group by 1) m
where m.conversation_id = v.id
""")


async def customer(yard: Yard, value: str = "mina@naver.example") -> int:
    async with yard.ground.database.begin() as tx:
        query = text("select coalesce(home_id, customer_id) from identity where value = :value")
        found: int = (await tx.execute(query, {"value": value})).scalar_one()
        return found


async def told(yard: Yard, who: int, *some: tuple[str, str, int], source: str = "shop") -> None:
    given = [Happening(key, kind, MAY + timedelta(hours=hours), key) for key, kind, hours in some]
    async with yard.ground.database.begin() as tx:
        await telling.tell(tx, CONSOLE, who, source, given)


async def whole(
    yard: Yard,
    who: int,
    asked: Asked = ALL,
    viewer: Viewer = CONSOLE,
    limit: int = 3,
) -> list[Entry]:
    """Page by page to the end."""
    found: list[Entry] = []
    cursor = None
    while True:
        async with yard.ground.database.begin() as tx:
            page = await timeline.of_customer(tx, viewer, who, asked, limit=limit, cursor=cursor)
        found += page.items
        assert len(page.items) == limit or page.next is None
        cursor = page.next
        if cursor is None:
            return found


async def test_everything_is_one_list(yard: Yard) -> None:
    await yard.says("담요가 아직 안 왔어요.", at="2026-05-01T01:00:00Z")
    mina = await customer(yard)
    await told(yard, mina, ("order-1", "order", 0), ("담요", "page", -1))
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        await actions.note(tx, ada, 1, text="단골.")
        await actions.close(tx, ada, 1)
    found = await whole(yard, mina)
    kinds = [one.kind for one in found]
    assert sorted(kinds) == sorted(["closed", "note", "opened", "in", "order", "page"])
    assert kinds.index("order") + 1 == kinds.index("page")
    said = next(one for one in found if one.kind == "in")
    assert (said.text, said.author, said.conversation_id) == ("담요가 아직 안 왔어요.", "미나", 1)
    assert said.channel is not None
    assert [one.kind for one in await whole(yard, mina, Asked(frozenset({"message"})))] == ["in"]
    assert [one.kind for one in await whole(yard, mina, Asked(frozenset({"order", "note"})))] == ["note", "order"]
    assert {one.kind for one in await whole(yard, mina, Asked(channels=(yard.channel.id,)))} == {
        "in",
        "opened",
        "closed",
    }
    assert await whole(yard, mina, Asked(channels=(424242,))) == []
    assert [one.kind for one in await whole(yard, mina, Asked(until=MAY))] == ["page"]
    assert await whole(yard, mina, Asked(frozenset({"campaign"}))) == []
    assert await whole(yard, mina, Asked(frozenset({"campaign"}), channels=(1,))) == []


async def _history(yard: Yard, chance: random.Random) -> int:
    """Many conversations that run beside each other, events between, in any order."""
    for number in range(6):
        await yard.says(f"matter {number}", value="mia@juniper.example")
        async with yard.ground.database.begin() as tx:
            await actions.close(tx, CONSOLE, (await yard.conversations())[-1])
            await tx.execute(text("update conversation set brand_id = brand_id"))
    conversations = await yard.conversations()
    insert = text("""
    insert into message (conversation_id, channel_id, direction, text, at)
    values (:conversation, :channel, 'in', 'x', :at) returning id
    """)
    async with yard.ground.database.begin() as tx:
        for _ in range(40):
            at = MAY + timedelta(hours=chance.randrange(400))
            given = {"conversation": chance.choice(conversations), "channel": yard.channel.id, "at": at}
            await tx.execute(insert, given)
        await actions.note(tx, CONSOLE, conversations[0], text="a late note on an old matter")
        await tx.execute(RECOUNT)
    mia = await customer(yard, "mia@juniper.example")
    await told(yard, mia, *[(f"e{n}", chance.choice(("page", "order")), chance.randrange(400)) for n in range(30)])
    return mia


async def test_no_page_skips_or_repeats(yard: Yard) -> None:
    chance = random.Random(4)
    mia = await _history(yard, chance)
    once = await whole(yard, mia, limit=500)
    async with yard.ground.database.begin() as tx:
        count = "select (select count(*) from message) + (select count(*) from customer_event)"
        there = (await tx.execute(text(count))).scalar_one()
    assert len([one for one in once if one.source in ("message", "event")]) == there
    for limit in (1, 2, 7, 50):
        for asked in (Asked(), Asked(since=MAY + timedelta(hours=50), until=MAY + timedelta(hours=200))):
            seen = [(one.source, one.id) for one in await whole(yard, mia, asked, limit=limit)]
            assert len(seen) == len(set(seen))
            since, until = (
                asked.since or datetime.min.replace(tzinfo=UTC),
                asked.until or datetime.max.replace(tzinfo=UTC),
            )
            wanted = {(one.source, one.id) for one in once if since <= one.at < until}
            assert set(seen) == wanted, (limit, asked)
    events = [one for one in once if one.source == "event"]
    assert events == sorted(events, key=lambda one: (one.at, one.id), reverse=True)


async def test_merges_stand_in_it_and_words_go_home_with_their_undoing(yard: Yard) -> None:
    await yard.says("one", value="one@naver.example")
    await yard.says("two", value="two@naver.example")
    one, two = await customer(yard, "one@naver.example"), await customer(yard, "two@naver.example")
    await told(yard, two, ("order-1", "order", 0))
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        number = await merge(tx, ada.actor, one, two)
    for who in (one, two):
        found = await whole(yard, who)
        assert {(entry.kind, entry.text) for entry in found if entry.kind in ("in", "order")} == {
            ("in", "one"),
            ("in", "two"),
            ("order", "order-1"),
        }
        (merged,) = [entry for entry in found if entry.kind == "merged"]
        assert (merged.other, merged.author) == (two, "Ada")
    async with yard.ground.database.begin() as tx:
        await merging.undo(tx, ada, number)
    for who, other, word in ((one, two, "one"), (two, one, "two")):
        found = await whole(yard, who)
        assert [entry.text for entry in found if entry.kind == "in"] == [word]
        assert [(entry.kind, entry.other) for entry in found if entry.source in ("merged", "parted")] == [
            ("parted", other),
            ("merged", other),
        ]


async def test_who_may_not_see_her_sees_nothing_and_of_her_words_only_those_in_scope(yard: Yard) -> None:
    juniper = await cast.brand(yard.ground, "Juniper")
    other = await cast.channel(yard.ground, juniper)
    await yard.says("to Haneul")
    await yard.put(cast.message("to Juniper"), channel_id=other.id)
    await yard.take_in()
    mina = await customer(yard)
    await told(yard, mina, ("order-1", "order", 0))
    ben = await cast.agent(yard.ground, "Ben", brands=frozenset({juniper}))
    assert {one.text for one in await whole(yard, mina, viewer=ben)} == {"to Juniper", "order-1"}
    stranger = replace(ben, scope=replace(ben.scope, brands=frozenset({4242})))
    with pytest.raises(NotFound):
        await whole(yard, mina, viewer=stranger)


async def test_a_hostile_cursor_is_no_cursor(yard: Yard) -> None:
    await yard.says("hello")
    mina = await customer(yard)
    hostile: list[Any] = [
        "x",
        "é" * 50,
        paging.encode((1, 2)),
        paging.encode((2**61,) * 14),
        paging.encode((-(2**62),) * 14),
    ]
    for cursor in hostile:
        async with yard.ground.database.begin() as tx:
            with pytest.raises(BadCursor):
                await timeline.of_customer(tx, CONSOLE, mina, Asked(), cursor=cursor)
