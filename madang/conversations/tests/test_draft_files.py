"""The files of a draft wait as long as it does; of one that is gone all the same the draft says so."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.conversations import actions, drafts
from madang.conversations.actions.files import TIDY, add_upload
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """An agent, and a customer who has written."""
    await yard.says("언제 오나요?")
    return await cast.agent(yard.ground)


async def test_a_file_waits_as_long_as_its_draft_does(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        keys = [await add_upload(tx, ada.actor, f"{n}.txt", "text/plain", "0" * 64, 9) for n in range(4)]
    files = [{"key": key, "name": "a.txt", "mime": "text/plain", "size": 9} for key in keys]
    for words, some in (("from the train", files[:1]), ("from the office", files[1:2])):
        async with yard.ground.database.begin() as tx:
            await actions.save_draft(tx, ada, 1, words, "reply", {"files": some}, base=0)
    ben = await cast.agent(yard.ground, "Ben")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update upload set at = now() - interval '3 days'"))
        await actions.save_draft(tx, ben, 1, "hers", "reply", {"files": files[2:3]})  # a name is no right to it
        await tx.execute(TIDY)
        assert set((await tx.execute(text("select key from upload"))).scalars()) == set(keys[:2])


async def test_a_draft_says_which_of_its_files_is_gone(yard: Yard, ada: Viewer) -> None:
    async with yard.ground.database.begin() as tx:
        key = await add_upload(tx, ada.actor, "a.txt", "text/plain", "0" * 64, 9)
    files = [{"key": one, "name": "a.txt", "mime": "text/plain", "size": 9} for one in (key, "gone")]
    async with yard.ground.database.begin() as tx:
        await actions.save_draft(tx, ada, 1, "two lists", "reply", {"files": files})
        kept = await drafts.of(tx, ada, 1)
    assert [one.get("gone", False) for one in kept.data["files"]] == [False, True]
