"""The law: one thing is told a colleague once, whatever reasons there are and however many ways, tabs and phones; and
each view by the ways she chose for it, within what she may see (T2)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from madang.conversations import actions as conversations
from madang.conversations.inbox.models import Follower, SavedView
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.notifications import actions, judging, queries, quiet
from madang.notifications.actions import handing, notify
from madang.notifications.judging import Thing
from madang.notifications.wishes import WAYS, Quiet, Wishes
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

from .test_telling import assign, react, run, told

LOUD = dict.fromkeys(("mine", "followed", "team", "view"), WAYS)
BROWSER = "insert into desk_browser (user_id, endpoint, p256dh, auth) values (:u, :e, '', '')"


async def view(yard: Yard, name: str, **more: Any) -> int:
    """A saved view of everything; shared with everybody unless ``more`` says whose it is."""
    values: dict[str, Any] = {"name": name, "condition": {"all": []}, "created_by": "user:1"} | more
    async with yard.ground.database.begin() as tx:
        return (await tx.execute(insert(SavedView).values(values).returning(SavedView.id))).scalar_one()


async def wish(yard: Yard, who: Viewer, wishes: Wishes) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, who, wishes)


async def ways(yard: Yard, who: Viewer) -> list[set[str]]:
    """By which ways she was told, each thing."""
    sql = "select data->'ways' from notification where user_id = :u order by id"
    return [set(row[0]) for row in await run(yard, sql, u=who.user_id)]


async def test_one_message_for_four_reasons_is_one_thing_by_each_way_once(yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    first, second = await view(yard, "전체"), await view(yard, "반품")
    await wish(yard, ada, Wishes(kinds=LOUD, views=(first, second)))  # type: ignore[arg-type]
    for name in ("laptop", "phone"):
        await run(yard, BROWSER, u=ada.user_id, e=f"https://push.example/{name}")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, ada, number, ada)
    async with yard.ground.database.begin() as tx:
        await tx.execute(insert(Follower).values(conversation_id=number, user_id=ada.user_id))
    began = await react(yard)
    await react(yard, after=began)  # a killed worker hears the same again
    assert [row[0] for row in await told(yard, ada)] == ["mine"]
    owed = await run(yard, "select way, count(*) from notification_telling group by way order by way")
    assert [tuple(row) for row in owed] == [("mail", 1), ("push", 1)], "however many browsers: what is owed is one"
    async with yard.ground.database.begin() as tx:
        (one,) = await queries.news(tx, ada, 0, timedelta(hours=1))
        assert {"app", "sound", "desktop", "push", "mail"} == one.ways
        assert await queries.news(tx, ada, one.ids[0], timedelta(hours=1)) == [], "a second tab finds nothing new"
    await run(yard, "update notification_telling set due = now()")
    async with yard.ground.database.begin() as tx:
        first_hand = await handing.take(tx, "push")
        assert first_hand is not None
        assert first_hand.ids == one.ids
        assert await handing.take(tx, "push") is None, "whoever comes second has nothing to send"
        await actions.see_conversation(tx, ada, number)
        assert await handing.take(tx, "mail") is None, "seen in a tab: no mail"
    await react(yard, after=began)
    async with yard.ground.database.begin() as tx:
        assert await queries.unseen(tx, ada) == 0, "told again is not new again"


async def test_each_view_has_ways_of_its_own_and_one_thing_in_two_takes_both(yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    quiet, loud, off = await view(yard, "전체"), await view(yard, "VIP"), await view(yard, "x")
    by_view: Any = {str(quiet): ("app",), str(loud): ("app", "push"), str(off): ("sound",)}
    await wish(yard, ada, Wishes(kinds={"team": ()}, views=(quiet,), by_view=by_view))
    await yard.says("하나", value="a@naver.example")
    await react(yard)
    await wish(yard, ada, Wishes(kinds={"team": ()}, views=(quiet, loud), by_view=by_view))
    await yard.says("둘", value="b@naver.example")
    await react(yard)
    await wish(yard, ada, Wishes(kinds={"team": ("app",)}, views=(loud, off), by_view=by_view))
    await yard.says("셋", value="c@naver.example")
    await react(yard)
    await wish(yard, ada, Wishes(kinds={"team": ()}, views=(off,), by_view=by_view))
    await yard.says("넷", value="d@naver.example")
    await react(yard)
    assert await ways(yard, ada) == [{"app"}, {"app", "push"}, {"app", "push"}]
    assert [row[0] for row in await told(yard, ada)] == ["team", "view", "view"]


async def test_a_view_that_is_not_hers_to_see_tells_her_nothing(yard: Yard) -> None:
    """The rule is the one of the inbox: her own, everybody's, her teams'; leads see every shared one."""
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    lead = await cast.agent(yard.ground, "Lee", "lead")
    ((team,),) = await run(yard, "insert into team (name) values ('Night') returning id")
    of_team, bens = await view(yard, "밤", team_id=team), await view(yard, "나만", owner_id=ben.user_id)
    gone = await view(yard, "옛", archived_at=datetime.now(UTC))
    for who in (ada, ben, lead):
        await wish(yard, who, Wishes(kinds={"team": ()}, views=(of_team, bens, gone)))
    await yard.says("안녕하세요")
    await react(yard)
    assert await told(yard, ada) == []
    assert await told(yard, ben) == await told(yard, lead) == [("view", 1, False)]
    names = await run(yard, "select data->>'view' from notification order by user_id")
    assert [row[0] for row in names] == ["나만", "밤"]


async def test_a_message_that_was_not_sent_is_told_its_author_once(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, ben, number, ben)
    async with yard.ground.database.begin() as tx:
        message = await conversations.reply(tx, ada, number, text="내일이요")
    async with yard.ground.database.begin() as tx:
        for state in ("sent", "unsure", "failed"):
            news = News(Kind.MESSAGE_STATE, number, message, data={"state": state, "why": "refused"})
            await record(tx, SYSTEM, news)
    await react(yard)
    assert ("failed", 1, False) in await told(yard, ada)
    assert "failed" not in [row[0] for row in await told(yard, ben)], "whose conversation it is did not write it"


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Seoul", "2026-11-22 23:00"),  # 23:30 there: at eight in the morning, which is tomorrow
        ("America/New_York", "2026-11-22 14:30"),  # 09:30 there: 20 seconds later
        ("Pacific/Auckland", "2026-11-22 19:00"),  # 03:30 there, past its midnight: today at eight
    ],
)
async def test_quiet_hours_over_midnight_are_those_where_she_lives(yard: Yard, zone: str, due: str) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await run(yard, 'update "user" set timezone = :z', z=zone)
    await run(yard, BROWSER, u=ada.user_id, e="https://push.example/1")
    await wish(yard, ada, Wishes(quiet=Quiet(on=True)))  # 22:00 to 08:00
    await yard.says("밤이에요")
    (number,) = await yard.conversations()
    now = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
    async with yard.ground.database.begin() as tx:
        people = await judging.persons(tx)
        await notify(tx, [Thing(ada.user_id or 0, "m1", "mine", number, 1, now, {}, frozenset(WAYS))], people, now)
    owed = dict(tuple(row) for row in await run(yard, "select way, due from notification_telling"))
    wanted = datetime.fromisoformat(due).replace(tzinfo=UTC)
    late = timedelta(seconds=20) if zone.startswith("America") else timedelta()
    assert owed["push"] == wanted + late
    assert owed["mail"] == (wanted if not late else now + timedelta(minutes=10))


async def test_what_is_told_an_hour_late_rings_no_phone_and_is_mailed(yard: Yard) -> None:
    """The worker stood still meanwhile."""
    ada = await cast.agent(yard.ground, "Ada")
    await run(yard, BROWSER, u=ada.user_id, e="https://push.example/1")
    await yard.says("여보세요?")
    (number,) = await yard.conversations()
    now = datetime.now(UTC)
    at = now - timedelta(hours=2)
    async with yard.ground.database.begin() as tx:
        people = await judging.persons(tx)
        await notify(tx, [Thing(ada.user_id or 0, "m1", "mine", number, 1, at, {}, frozenset(WAYS))], people, now)
    owed = await run(yard, "select way, due from notification_telling")
    assert [tuple(row) for row in owed] == [("mail", now + timedelta(minutes=10))]


async def _held(yard: Yard, ada: Viewer) -> tuple[bool, float]:
    """Whether her push, which is due, is held; and for how many seconds."""
    await run(yard, "update notification_telling set due = now()")
    async with yard.ground.database.begin() as tx:
        batch = await handing.take(tx, "push")
        assert batch is not None
        held = await quiet.holds(tx, ada, batch)
    ((wait,),) = await run(yard, "select coalesce(sum(extract(epoch from due - now())), 0) from notification_telling")
    return held, float(wait)


async def test_no_phone_rings_beside_a_desk_that_is_looked_at(yard: Yard) -> None:
    """She is in another conversation, and sees there that a customer wrote."""
    ada = await cast.agent(yard.ground, "Ada")
    await wish(yard, ada, Wishes(kinds={"mine": ("app", "push")}))
    await run(yard, BROWSER, u=ada.user_id, e="https://push.example/phone")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, ada, number, ada)
    await react(yard)
    heard, ready = asyncio.Event(), asyncio.Event()
    listening = asyncio.create_task(
        yard.ground.database.listen(("live",), lambda _channel, _said: heard.set(), lambda _first: ready.set())
    )
    async with asyncio.timeout(10):
        await ready.wait()
        for _tab in range(2):
            async with yard.ground.database.begin() as tx:
                await actions.look(tx, ada)
        held, wait = await _held(yard, ada)
        assert held
        assert 60 < wait <= 90, "a page that asks every minute has said so again by then"
        assert not heard.is_set()
        await run(yard, "update desk_presence set until = now() - interval '1 second'")
        held, wait = await _held(yard, ada)
        assert held
        assert 10 < wait <= 20
        await heard.wait()  # her desk is rung once more: if it still is looked at, it says so
    listening.cancel()
    await run(yard, "update desk_presence set until = now() - interval '21 seconds'")
    assert await _held(yard, ada) == (False, 0), "nobody sits there any more"
    async with yard.ground.database.begin() as tx:
        await actions.look(tx, ada)
        await actions.try_out(tx, ada, "push", datetime.now(UTC))
    assert (await _held(yard, ada))[0] is False, "what she tries out comes also to her desk"
