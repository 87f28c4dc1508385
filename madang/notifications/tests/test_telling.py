"""Who is told of what (T2): each thing once, the right people, only what exists for them, gone when it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from madang.conversations import actions as conversations
from madang.conversations.actions import later
from madang.conversations.inbox.models import Follower, SavedView
from madang.conversations.scheduling import Later
from madang.events import log
from madang.notifications import actions, queries, words
from madang.notifications.reactions import HEARD, tell
from madang.notifications.wishes import Wishes
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard


async def run(yard: Yard, sql: str, **given: Any) -> Sequence[Any]:
    async with yard.ground.database.begin() as tx:
        made = await tx.execute(text(sql), given)
        return made.all() if made.returns_rows else []


async def react(yard: Yard, *, after: int | None = None) -> int:
    """The reaction hears what happened after the event ``after``, or since it last did; returns where it began."""
    _yard, heard = _HEARD.get(id(yard), (yard, 0))
    began = heard if after is None else after
    async with yard.ground.database.begin() as tx:
        rows = await tx.execute(text("select id from event where id > :after order by id"), {"after": began})
        batch = await log.by_id(tx, [row[0] for row in rows])
        await tell(tx, [one for one in batch if one.kind in HEARD])
    _HEARD[id(yard)] = yard, max([began, *(one.id for one in batch)])
    return began


_HEARD: dict[int, tuple[Yard, int]] = {}  # with the yard: as long as it is held, no other has its number


async def told(yard: Yard, viewer: Viewer) -> list[tuple[str, int, bool]]:
    """(kind, how many things, seen) of each line of her list."""
    async with yard.ground.database.begin() as tx:
        return [(one.kind, one.count, one.seen) for one in await queries.listed(tx, viewer)]


async def assign(yard: Yard, by: Viewer, conversation: int, to: Viewer | None) -> None:
    async with yard.ground.database.begin() as tx:
        await conversations.assign(tx, by, conversation, to.user_id if to else None)


async def test_each_is_told_what_concerns_her_once_and_never_of_herself(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    cleo = await cast.agent(yard.ground, "Cleo", "viewer")
    await yard.says("언제 오나요?")
    await react(yard)
    assert await told(yard, ada) == await told(yard, ben) == [("team", 1, False)]
    assert await told(yard, cleo) == [], "who cannot answer is not called"
    await yard.says("여보세요?")
    await react(yard)
    assert await told(yard, ben) == [("team", 1, False)], "it waits in her list already"
    (number,) = await yard.conversations()
    await assign(yard, ada, number, ben)
    await react(yard)
    assert await told(yard, ada) == [("team", 1, True)], "somebody has it"
    assert await told(yard, ben) == [("assigned", 1, False), ("team", 1, True)]
    await assign(yard, ben, number, None)
    await assign(yard, ada, number, ada)
    await react(yard)
    assert [kind for kind, _, _ in await told(yard, ada)] == ["team"], "nobody is told what she did herself"
    await yard.says("아직인가요?")
    await react(yard, after=await react(yard))
    assert (await told(yard, ada))[0] == ("mine", 1, False), "twice is once"


async def test_what_is_mentioned_followed_or_failed_finds_its_people(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, ada, number, ada)
    await react(yard)
    async with yard.ground.database.begin() as tx:
        await tx.execute(insert(Follower).values(conversation_id=number, user_id=ben.user_id))
    await yard.says("여보세요?")
    await react(yard)
    assert (await told(yard, ben))[0] == ("followed", 1, False)
    assert (await told(yard, ada))[0] == ("mine", 2, False)
    await _note(yard, ada, number, "@Ben 봐 주세요")
    await react(yard)
    async with yard.ground.database.begin() as tx:
        (line,) = [one for one in await queries.listed(tx, ben) if not one.seen]
        assert (line.kind, line.count, line.by, line.excerpt) == ("mention", 2, "Ada", "@Ben 봐 주세요")
        assert words.title(line) == "Ada mentioned you: 미나"
        assert await queries.unseen(tx, ben) == 1, "several of one conversation are one"
    assert [seen for _, _, seen in await told(yard, ada)] == [True], "who writes there has seen it"


async def test_whose_answer_was_held_is_told(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        when = Later(datetime.now(UTC) + timedelta(hours=1), asks=True)
        await conversations.reply(tx, ada, number, text="내일 와요.", later=when)
    await yard.says("해결됐어요!")
    await run(yard, "update scheduled set at = now() - interval '1 second'")
    await later.go(yard.ground)
    await react(yard, after=await react(yard))
    async with yard.ground.database.begin() as tx:
        lines = [(one.kind, words.title(one)) for one in await queries.listed(tx, ada) if one.kind == "failed"]
    assert lines == [("failed", "미나 wrote before your answer left: it waits for you")]
    assert "failed" not in {kind for kind, _, _ in await told(yard, ben)}


async def test_what_she_wrote_before_it_left_is_not_seen_by_its_leaving(yard: Yard) -> None:
    """Ada is in another conversation, or asleep, when her answer leaves: nobody has read what came meanwhile."""
    ada = await cast.agent(yard.ground, "Ada")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, await cast.agent(yard.ground, "Ben"), number, ada)
    await react(yard)
    for undo in (True, False):
        async with yard.ground.database.begin() as tx:
            when = Later(datetime.now(UTC) + timedelta(hours=1), undo=undo)
            await conversations.reply(tx, ada, number, text="내일 와요.", later=when)
        await react(yard)
        assert [seen for _, _, seen in await told(yard, ada)] == [True], "who writes there has seen it"
        await yard.says("급해요")
        await react(yard)
        await run(yard, "update scheduled set at = now() - interval '1 second'")
        assert await later.go(yard.ground) == 1
        await react(yard)
        async with yard.ground.database.begin() as tx:
            assert await queries.unseen(tx, ada) == 1
            await actions.see_conversation(tx, ada, number)


async def test_what_a_program_says_for_her_she_has_not_read(yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, await cast.agent(yard.ground, "Ben"), number, ada)
    await react(yard)
    program = replace(ada, actor=replace(ada.actor, token=7))
    async with yard.ground.database.begin() as tx:
        await conversations.reply(tx, program, number, text="접수됐어요.")
    await react(yard)
    assert [seen for _, _, seen in await told(yard, ada)] == [False]


async def _note(yard: Yard, who: Viewer, number: int, said: str) -> int:
    async with yard.ground.database.begin() as tx:
        return await conversations.note(tx, who, number, text=said)


async def test_who_lost_access_hears_and_sees_nothing_of_it(yard: Yard) -> None:
    """T2, T4: not what comes, not what came, not in the count, not what a browser would be told."""
    ada = await cast.agent(yard.ground, "Ada", brands=frozenset({yard.brand_id}))
    await yard.says("비밀이에요")
    await react(yard)
    async with yard.ground.database.begin() as tx:
        (before,) = await queries.listed(tx, ada)
    blind = await cast.brand(yard.ground, "Juniper")
    await run(yard, 'update "user" set all_brands = false')
    await run(yard, "insert into user_brand (user_id, brand_id) values (:u, :b)", u=ada.user_id, b=blind)
    await yard.says("또 비밀", name="Mia", value="mia@juniper.example")
    await react(yard)
    elsewhere = Viewer(ada.actor, ada.name, ada.role, type(ada.scope)(ada.user_id, frozenset({blind})), ada.user_id)
    async with yard.ground.database.begin() as tx:
        assert await queries.listed(tx, elsewhere) == await queries.of(tx, elsewhere, before.ids) == []
        assert (await queries.unseen(tx, elsewhere), await queries.open_tags(tx, elsewhere)) == (0, [])
    assert len(await run(yard, "select 1 from notification")) == 1, "the second was never told"


async def test_what_she_does_not_want_she_is_not_told_and_a_view_she_watches_she_is(yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    condition = {"all": [{"field": "tags", "op": "is", "value": "없음"}]}
    async with yard.ground.database.begin() as tx:
        values: dict[str, Any] = {
            "name": "반품",
            "owner_id": ada.user_id,
            "condition": {"all": []},
            "created_by": "user:1",
        }
        view = (await tx.execute(insert(SavedView).values(values).returning(SavedView.id))).scalar_one()
        other = insert(SavedView).values(values | {"name": "x", "condition": condition}).returning(SavedView.id)
        blind = (await tx.execute(other)).scalar_one()
        await actions.change(tx, ada, Wishes(kinds={"team": ()}, views=(view, blind)))
    await yard.says("반품할게요")
    await react(yard)
    async with yard.ground.database.begin() as tx:
        (line,) = await queries.listed(tx, ada)
        assert (line.kind, line.view) == ("view", "반품")
        await actions.change(tx, ada, Wishes(kinds={"team": (), "view": ()}, views=(view,)))
    await yard.says("저도요", name="Mia", value="mia@juniper.example")
    await react(yard)
    assert await told(yard, ada) == [("view", 1, False)]


async def test_what_was_seen_in_one_place_is_withdrawn_everywhere_and_a_slip_is_undone(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    await run(
        yard,
        "insert into desk_browser (user_id, endpoint, p256dh, auth) values (:u, 'https://x', '', '')",
        u=ada.user_id,
    )
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    await assign(yard, ben, number, ada)
    await react(yard)
    assert {row[0] for row in await run(yard, "select way from notification_telling")} == {"push", "mail"}
    await run(yard, """update notification set data = data || '{"pushed": true}'""")
    async with yard.ground.database.begin() as tx:
        assert await actions.see(tx, ben, [1, 2, 3]) == [], "only her own"
        seen = await actions.see_conversation(tx, ada, number)
    assert {row[0] for row in await run(yard, "select way from notification_telling")} == {"close"}
    async with yard.ground.database.begin() as tx:
        assert (await queries.unseen(tx, ada), await queries.open_tags(tx, ada)) == (0, [])
        assert await actions.unsee(tx, ben, seen) == []
        await actions.unsee(tx, ada, seen)
        assert await queries.unseen(tx, ada) == 1
