"""Two drafts of one conversation: whatever becomes of one, the other's words, files and whom they are for stay."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from madang.conversations import actions, drafts
from madang.conversations.actions import draft, later
from madang.conversations.scheduling import Later
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """An agent, and a customer who has written."""
    await yard.says("언제 오나요?")
    return await cast.agent(yard.ground)


async def _save(yard: Yard, ada: Viewer, words: str, base: int | None = None, **beside: object) -> draft.Kept:
    async with yard.ground.database.begin() as tx:
        return await actions.save_draft(tx, ada, 1, words, "reply", beside, base)


async def _said(yard: Yard, ada: Viewer, words: str, base: int | None) -> None:
    async with yard.ground.database.begin() as tx:
        await draft.spend(tx, ada, 1, words, base)


async def _kept(yard: Yard, ada: Viewer) -> drafts.Written:
    async with yard.ground.database.begin() as tx:
        return await drafts.of(tx, ada, 1)


@pytest.mark.parametrize("sent", [True, False])
async def test_the_other_takes_its_place_when_one_is_sent_or_emptied(yard: Yard, ada: Viewer, sent: bool) -> None:
    await _save(yard, ada, "from the train", base=0, private=True)
    here = await _save(yard, ada, "from the office", base=0)
    assert here.other is not None
    if sent:
        await _said(yard, ada, "from the office", here.rev)
    else:
        assert (await _save(yard, ada, "", base=here.rev)).other == here.other
    kept = await _kept(yard, ada)
    assert (kept.text, kept.data["private"]) == ("from the train", True)
    again = await _save(yard, ada, "and this", base=0)  # as the composer goes on
    assert again.other is not None
    assert again.other["text"] == "from the train"


async def test_what_waits_after_sending_is_dropped_only_by_asking(yard: Yard, ada: Viewer) -> None:
    await _save(yard, ada, "from the train", base=0)
    here = await _save(yard, ada, "from the office", base=0)
    await _said(yard, ada, "from the office", here.rev)
    await _said(yard, ada, "from the office", here.rev)  # told twice
    await _save(yard, ada, "", base=here.rev)
    assert (await _kept(yard, ada)).text == "from the train"
    async with yard.ground.database.begin() as tx:
        await draft.forget_other(tx, ada, 1)
    assert (await _kept(yard, ada)).text == ""


@pytest.mark.parametrize("sent", [True, False])
async def test_a_stale_tab_that_is_sent_or_emptied_takes_nothing_newer_along(
    yard: Yard, ada: Viewer, sent: bool
) -> None:
    stale = await _save(yard, ada, "from the office", base=0)
    await _save(yard, ada, "from the office and much more", base=stale.rev)
    if sent:
        await _said(yard, ada, "from the office", stale.rev)
    else:
        found = await _save(yard, ada, "", base=stale.rev)
        assert found.other is not None
        assert (found.rev, found.other["text"]) == (0, "from the office and much more")
    assert (await _kept(yard, ada)).text == "from the office and much more"


async def test_what_was_said_whole_is_no_draft_whatever_state_it_had(yard: Yard, ada: Viewer) -> None:
    for base in (None, 1):
        await _save(yard, ada, "half a sen", base=None)
        await _said(yard, ada, "half a sentence.", base)
        assert (await _kept(yard, ada)).text == ""


async def test_an_answer_taken_back_does_not_run_into_the_other(yard: Yard, ada: Viewer) -> None:
    await _save(yard, ada, "from the train", base=0)
    here = await _save(yard, ada, "내일이요.", base=0)
    key = uuid.uuid4()
    async with yard.ground.database.begin() as tx:
        soon = Later(datetime.now(UTC) + timedelta(hours=1), undo=True)
        await actions.reply(tx, ada, 1, text="내일이요.", client_key=key, later=soon)
        await draft.spend(tx, ada, 1, "내일이요.", here.rev)
    async with yard.ground.database.begin() as tx:
        await later.take_back(tx, ada, 1, key)
    kept = await _kept(yard, ada)
    assert (kept.text, kept.data["other"]["text"]) == ("내일이요.", "from the train")


async def test_words_for_her_alone_stay_so_whatever_is_put_before_them(yard: Yard, ada: Viewer) -> None:
    await _save(yard, ada, "그리고", private=True)
    async with yard.ground.database.begin() as tx:
        await draft.put_back(tx, ada, 1, "내일이요.", {})
    kept = await _kept(yard, ada)
    assert (kept.text, kept.data["private"]) == ("내일이요.\n\n그리고", True)
