"""An answer is taken back while colleagues go on: what they did stays, and what was begun meanwhile is not lost."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions, collision, drafts
from madang.conversations.actions.files import add_upload
from madang.conversations.scheduling import Later
from madang.lib.errors import Refused
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

STANDS = text("select status, closed_at, waiting_since, unread, last_text from conversation where id = 1")


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """An agent, and a customer who has written."""
    await yard.says("언제 오나요?")
    return await cast.agent(yard.ground)


@pytest.fixture
async def ben(yard: Yard) -> Viewer:
    """Her colleague."""
    return await cast.agent(yard.ground, "Ben")


def _soon(**more: Any) -> Later:
    return Later(datetime.now(UTC) + timedelta(hours=1), **more)


async def _answer(yard: Yard, who: Viewer, later: Later | None, words: str = "내일이요.", **more: Any) -> uuid.UUID:
    """As the desk does: what is done besides is done with it."""
    key = uuid.uuid4()
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, who, 1, text=words, client_key=key, later=later, **more)
        if later and later.then == "close":
            await actions.close(tx, who, 1)
    return key


async def _stands(yard: Yard) -> tuple[object, ...]:
    async with yard.ground.database.begin() as tx:
        return tuple((await tx.execute(STANDS)).one())


async def _take_back(yard: Yard, who: Viewer, key: uuid.UUID) -> None:
    async with yard.ground.database.begin() as tx:
        assert await actions.take_back(tx, who, 1, key) is not None


@pytest.mark.parametrize("undo", [True, False])
async def test_what_a_colleague_has_closed_since_stays_closed(yard: Yard, ada: Viewer, ben: Viewer, undo: bool) -> None:
    key = await _answer(yard, ada, _soon(undo=undo, then="close"))
    await yard.says("여보세요?")  # opens it
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ben, 1)
    before = await _stands(yard)
    await _take_back(yard, ada, key)
    assert (await _stands(yard))[:4] == before[:4]


async def test_one_that_was_only_sent_too(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    key = await _answer(yard, ada, _soon(undo=True))
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ben, 1)
    before = await _stands(yard)
    await _take_back(yard, ada, key)
    assert (await _stands(yard))[:4] == before[:4]


@pytest.mark.parametrize("closed", [True, False])
async def test_what_a_colleague_has_answered_since_is_answered(
    yard: Yard, ada: Viewer, ben: Viewer, closed: bool
) -> None:
    if closed:
        async with yard.ground.database.begin() as tx:
            await actions.close(tx, ben, 1)
    key = await _answer(yard, ada, _soon(undo=True))
    await _answer(yard, ben, None, "오늘 도착해요.")
    await _take_back(yard, ada, key)
    assert await _stands(yard) == ("open", None, None, 0, "오늘 도착해요.")


async def test_who_follows_the_log_knows_what_is_open(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ada, 1)
    for undo in (True, False):
        key = await _answer(yard, ada, _soon(undo=undo))
        await _take_back(yard, ada, key)
    await _answer(yard, ada, None)
    async with yard.ground.database.begin() as tx:
        told = text("select kind from event where kind like 'conversation.%ed' order by id")
        kinds = [row.kind.partition(".")[2] for row in await tx.execute(told)]
    assert kinds == ["opened", "closed", "reopened", "closed", "reopened"]


async def test_a_note_that_was_begun_since_never_becomes_part_of_an_answer(yard: Yard, ada: Viewer) -> None:
    key = await _answer(yard, ada, _soon(undo=True))
    async with yard.ground.database.begin() as tx:
        await actions.save_draft(tx, ada, 1, "까다로운 고객이에요", "note")
    await _take_back(yard, ada, key)
    async with yard.ground.database.begin() as tx:
        kept = await drafts.of(tx, ada, 1)
    assert (kept.text, kept.kind) == ("내일이요.", "reply")
    assert (kept.data["other"]["text"], kept.data["other"]["kind"]) == ("까다로운 고객이에요", "note")


async def test_the_files_of_both_wait_and_no_words_are_cut(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        files = [await add_upload(tx, ada.actor, name, "text/plain", "0" * 64, 9) for name in ("a.txt", "b.txt")]
    key = await _answer(yard, ada, _soon(undo=True), "x" * 40_000, uploads=files[:1])
    begun = {"files": [{"key": files[1], "name": "b.txt", "mime": "text/plain", "size": 9}]}
    async with yard.ground.database.begin() as tx:
        await actions.save_draft(tx, ada, 1, "그리고", "reply", begun)
    await _take_back(yard, ada, key)
    async with yard.ground.database.begin() as tx:
        kept = await drafts.of(tx, ada, 1)
        assert [one["key"] for one in kept.data["files"]] == files
        assert kept.text.endswith("\n\n그리고")
        await actions.save_draft(tx, ada, 1, "y" * 40_000)
    key = await _answer(yard, ada, _soon(undo=True), "x" * 40_000)
    await _take_back(yard, ada, key)
    async with yard.ground.database.begin() as tx:
        kept = await drafts.of(tx, ada, 1)
        assert (kept.text, kept.data["other"]["text"]) == ("x" * 40_000, "y" * 40_000)


async def test_an_answer_that_waits_for_its_moment_crosses_nobody(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    await _answer(yard, ada, _soon())
    async with yard.ground.database.begin() as tx:
        await collision.check(tx, ben, 1, 1)
    await _answer(yard, ada, None)
    with pytest.raises(collision.Crossed):
        async with yard.ground.database.begin() as tx:
            await collision.check(tx, ben, 1, 1)


async def test_a_draft_of_another_shape_is_refused(yard: Yard, ada: Viewer) -> None:
    shapes: list[dict[str, Any]] = [
        {"to": 5},
        {"files": "x"},
        {"files": [1]},
        {"buttons": {"a": 1}},
        {"channel": "3"},
        {"cc": [[]]},
        {"plan": [None]},
    ]
    for beside in shapes:
        with pytest.raises(Refused):
            async with yard.ground.database.begin() as tx:
                await actions.save_draft(tx, ada, 1, "네", "reply", beside)
