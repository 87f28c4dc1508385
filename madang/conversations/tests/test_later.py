"""Answers that leave later: once, in their moment, and until then they can be taken back whole."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.book import Book
from madang.conversations import actions, delivery, drafts, scheduling, threads
from madang.conversations.actions import later
from madang.conversations.actions.files import add_upload
from madang.conversations.actions.recount import differences
from madang.conversations.inbox.actions.snoozing import snooze, wake
from madang.conversations.rows import Said
from madang.conversations.scheduling import Later
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """An agent, and a customer who has written."""
    await yard.says("언제 오나요?")
    return await cast.agent(yard.ground)


async def _answer(yard: Yard, who: Viewer, words: str, when: Later | None, **more: Any) -> uuid.UUID:
    key = uuid.uuid4()
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, who, 1, text=words, client_key=key, later=when, **more)
    return key


async def _rows(yard: Yard, query: str) -> list[tuple[Any, ...]]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(text(query))]


def _soon(**more: Any) -> Later:
    return Later(datetime.now(UTC) + timedelta(hours=1), **more)


async def _pass_time(yard: Yard) -> None:
    await _rows(yard, "update scheduled set at = now() - interval '1 second' returning 1")


async def test_what_can_be_undone_leaves_when_its_seconds_are_over_and_once(yard: Yard, ada: Viewer) -> None:
    key = await _answer(yard, ada, "내일 도착해요.", _soon(undo=True))
    assert await _rows(yard, "select count(*) from outbox") == [(0,)]
    assert await later.go(yard.ground) == 0
    await _pass_time(yard)
    await asyncio.gather(*(later.go(yard.ground) for _worker in range(4)))
    assert await _rows(yard, "select count(*) from outbox") == [(1,)]
    assert await _rows(yard, "select count(*) from scheduled") == [(0,)]
    kinds = await _rows(yard, "select kind from event where kind like 'message.%' order by id")
    assert [kind for (kind,) in kinds] == ["message.received", "message.scheduled", "message.queued"]
    async with yard.ground.database.begin() as tx:
        with pytest.raises(Refused):
            await actions.take_back(tx, ada, 1, key)
        assert await differences(tx) == []


async def test_undone_the_words_and_files_are_a_draft_and_nothing_was_said(yard: Yard, ada: Viewer) -> None:
    before = await _rows(yard, "select messages, last_text, last_direction, last_id from conversation")
    async with yard.ground.database.begin() as tx:
        file = await add_upload(tx, ada.actor, "표.pdf", "application/pdf", "0" * 64, 12)
    key = await _answer(yard, ada, "**내일** 도착해요.", _soon(undo=True), uploads=[file], cc=["x@y.kr"], marks=True)
    async with yard.ground.database.begin() as tx:
        await actions.save_draft(tx, ada, 1, "그리고")
        back = await actions.take_back(tx, ada, 1, key)
        assert back is not None
        assert back.text == "**내일** 도착해요."
        kept = await drafts.of(tx, ada, 1)
        assert kept.text == "**내일** 도착해요.\n\n그리고"
        assert kept.data["cc"] == ["x@y.kr"]
        assert [one["key"] for one in kept.data["files"]] == [file]
        assert [one.text for one in (await threads.thread(tx, ada, 1)).items if hasattr(one, "text")] == [
            "언제 오나요?"
        ]
    assert await _rows(yard, "select messages, last_text, last_direction, last_id from conversation") == before
    with pytest.raises(Refused):  # a second try of the lost answer is not said after all
        async with yard.ground.database.begin() as tx:
            await actions.reply(tx, ada, 1, text="내일", client_key=key)
    await _answer(yard, ada, "다시", None, uploads=[file])


async def test_what_never_arrived_and_was_undone_never_will(yard: Yard, ada: Viewer) -> None:
    key = uuid.uuid4()
    async with yard.ground.database.begin() as tx:
        assert await actions.take_back(tx, ada, 1, key) is None
    with pytest.raises(Refused):
        async with yard.ground.database.begin() as tx:
            await actions.reply(tx, ada, 1, text="too late", client_key=key)


async def test_only_its_author_undoes_and_only_who_may_see_it(yard: Yard, ada: Viewer) -> None:
    key = await _answer(yard, ada, "내일", _soon(undo=True))
    ben = await cast.agent(yard.ground, "Ben")
    stranger = await cast.agent(yard.ground, "Cho", brands=frozenset({99}))
    for who in (ben, stranger):
        with pytest.raises(NotFound):
            async with yard.ground.database.begin() as tx:
                await actions.take_back(tx, who, 1, key)
    waits = await _answer(yard, ada, "다음 주에", _soon())
    async with yard.ground.database.begin() as tx:  # what waits for days is everybody's who answers her
        assert (await actions.take_back(tx, ben, 1, waits)) is not None
        assert (await drafts.of(tx, ben, 1)).text == "다음 주에"


async def test_what_waits_for_its_moment_is_nowhere_yet_and_then_the_newest(yard: Yard, ada: Viewer) -> None:
    key = await _answer(yard, ada, "월요일에 보내요.", _soon())
    await _answer(yard, ada, "지금 보내요.", None)
    assert (await _rows(yard, "select last_text, messages from conversation"))[0] == ("지금 보내요.", 2)
    async with yard.ground.database.begin() as tx:
        assert [one.text for one in await scheduling.waiting(tx, ada, 1)] == ["월요일에 보내요."]
        said = [one.text for one in (await threads.thread(tx, ada, 1)).items if hasattr(one, "text")]
        assert said == ["언제 오나요?", "지금 보내요."]
    await _pass_time(yard)
    assert await later.go(yard.ground) == 1
    assert (await _rows(yard, "select last_text, messages from conversation"))[0] == ("월요일에 보내요.", 3)
    async with yard.ground.database.begin() as tx:
        shown = [one for one in (await threads.thread(tx, ada, 1)).items if isinstance(one, Said)]
        assert [one.text for one in shown] == ["언제 오나요?", "지금 보내요.", "월요일에 보내요."]
        assert shown[-1].key == f"m-{key}"
        assert shown[-1].data.get("later") is None


async def test_if_she_writes_before_its_author_is_asked(yard: Yard, ada: Viewer) -> None:
    key = await _answer(yard, ada, "아직 궁금하시면 말씀하세요.", _soon(asks=True))
    await yard.says("해결됐어요!")
    async with yard.ground.database.begin() as tx:
        assert (await scheduling.waiting(tx, ada, 1))[0].wrote
    await _pass_time(yard)
    await later.go(yard.ground)
    assert await later.go(yard.ground) == 0  # held once, told once
    assert await _rows(yard, "select count(*) from outbox") == [(0,)]
    assert await _rows(yard, "select count(*) from event where kind = 'message.held'") == [(1,)]
    async with yard.ground.database.begin() as tx:
        await actions.send_now(tx, ada, 1, key)
    assert await _rows(yard, "select count(*) from outbox") == [(1,)]


async def test_sent_and_closed_it_stays_closed_and_undone_it_is_open_again(yard: Yard, ada: Viewer) -> None:
    for undone in (True, False):
        key = await _answer(yard, ada, "끝!", Later(datetime.now(UTC) + timedelta(hours=1), undo=True, then="close"))
        async with yard.ground.database.begin() as tx:
            await actions.close(tx, ada, 1)
        async with yard.ground.database.begin() as tx:
            await (actions.take_back if undone else actions.send_now)(tx, ada, 1, key)
        status = await _rows(yard, "select status from conversation where id = 1")
        assert status == [("open" if undone else "closed",)]


STANDS = "select waiting_since, unread, status, closed_at, snoozed_until, keeps from conversation where id = 1"


@pytest.mark.parametrize("then", ["", "close"])
async def test_undone_the_conversation_stands_as_it_did(yard: Yard, ada: Viewer, then: str) -> None:
    await yard.says("여보세요?")
    before = await _rows(yard, STANDS)
    assert before[0][1:3] == (2, "open")
    for when in (_soon(undo=True, then=then), _soon(then=then)):
        key = await _answer(yard, ada, "내일 도착해요.", when)
        async with yard.ground.database.begin() as tx:
            if then:
                await actions.close(tx, ada, 1)
            await actions.take_back(tx, ada, 1, key)
        assert await _rows(yard, STANDS) == before
    key = await _answer(yard, ada, "내일 도착해요.", _soon(undo=True))
    await yard.says("급해요")
    async with yard.ground.database.begin() as tx:
        await actions.take_back(tx, ada, 1, key)
    assert (await _rows(yard, STANDS))[0][:2] == (before[0][0], 3), "what came meanwhile counts besides"


SLEPT = datetime(2027, 1, 4, 0, 0, tzinfo=UTC)
UNTIL = datetime(2027, 1, 5, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("then", "undo"), [("close", True), ("snooze", True), ("snooze", False)])
async def test_undone_it_is_snoozed_until_when_it_was_before(yard: Yard, ada: Viewer, then: str, undo: bool) -> None:
    await _rows(yard, "update conversation set keeps = true returning 1")
    for slept in (SLEPT, None):
        async with yard.ground.database.begin() as tx:
            await (snooze(tx, ada, [1], slept) if slept else wake(tx, ada, [1]))
        before = await _rows(yard, STANDS)
        key = await _answer(yard, ada, "내일 도착해요.", _soon(undo=undo, then=then, until=UNTIL))
        async with yard.ground.database.begin() as tx:
            await (actions.close(tx, ada, 1) if then == "close" else snooze(tx, ada, [1], UNTIL))
        assert await _rows(yard, STANDS) != before
        async with yard.ground.database.begin() as tx:
            await actions.take_back(tx, ada, 1, key)
        assert await _rows(yard, STANDS) == before
    told = await _rows(yard, "select data ->> 'until' from event where kind = 'conversation.snoozed' order by id")
    assert SLEPT.isoformat() in [until for (until,) in told][1:], "who follows the log knows until when"


async def test_undone_what_others_did_meanwhile_stays(yard: Yard, ada: Viewer) -> None:
    later_still = UNTIL + timedelta(days=1)
    for news in ("a colleague", "the customer"):
        key = await _answer(yard, ada, "내일 도착해요.", _soon(undo=True, then="snooze", until=UNTIL))
        async with yard.ground.database.begin() as tx:
            await snooze(tx, ada, [1], UNTIL)
        if news == "the customer":
            await yard.says("급해요")
        else:
            async with yard.ground.database.begin() as tx:
                await snooze(tx, await cast.agent(yard.ground, "Ben"), [1], later_still)
        async with yard.ground.database.begin() as tx:
            await actions.take_back(tx, ada, 1, key)
        expected = None if news == "the customer" else later_still
        assert await _rows(yard, "select snoozed_until from conversation") == [(expected,)], news


async def test_undone_a_closed_conversation_is_closed_again(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ada, 1)
    before = await _rows(yard, STANDS)
    key = await _answer(yard, ada, "한 가지 더요.", _soon(undo=True))
    assert (await _rows(yard, STANDS))[0][2] == "open"
    async with yard.ground.database.begin() as tx:
        await actions.take_back(tx, ada, 1, key)
    assert await _rows(yard, STANDS) == before


async def test_a_moment_can_be_changed_and_must_come(yard: Yard, ada: Viewer) -> None:
    key = await _answer(yard, ada, "나중에", _soon())
    at = datetime.now(UTC) + timedelta(days=3)
    async with yard.ground.database.begin() as tx:
        await actions.reschedule(tx, ada, 1, key, at, asks=True)
        assert [(one.at, one.asks) for one in await scheduling.waiting(tx, ada, 1)] == [(at, True)]
    for wrong in (datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=900)):
        with pytest.raises(Refused):
            async with yard.ground.database.begin() as tx:
                await actions.reschedule(tx, ada, 1, key, wrong, asks=False)


async def test_what_was_written_elsewhere_meanwhile_is_kept(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        first = await actions.save_draft(tx, ada, 1, "from the office", base=0)
    async with yard.ground.database.begin() as tx:
        second = await actions.save_draft(tx, ada, 1, "from the train", base=0)
        assert second.other is not None
        assert second.other["text"] == "from the office"
    async with yard.ground.database.begin() as tx:
        third = await actions.save_draft(tx, ada, 1, "from the train, more", base=second.rev)
        assert third.other == second.other
        assert third.rev > first.rev
        assert [one.text for one in await drafts.every(tx, ada)] == ["from the train, more"]


async def test_a_retired_channel_fails_where_everybody_sees_it(yard: Yard, ada: Viewer) -> None:
    await _answer(yard, ada, "늦게", _soon())
    await _rows(yard, "update channel set retired_at = now() returning 1")
    await _pass_time(yard)
    await later.go(yard.ground)
    await delivery.release(yard.ground)
    await delivery.deliver(yard.ground, Book(yard.ground), "a worker")
    assert await _rows(yard, "select state from message where direction = 'out'") == [(9,)]
