"""Who leaves the house takes no conversation with her."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from madang.conversations import actions
from madang.conversations.inbox.actions import batches
from madang.conversations.models import Conversation
from madang.events.dispatch import advance, seed
from madang.lib.errors import Refused
from madang.staff.actions.users import change_user, retire_user
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard
from madang.wiring import REACTIONS


async def _assignees(yard: Yard) -> list[int | None]:
    async with yard.ground.database.begin() as tx:
        return list((await tx.execute(select(Conversation.assignee_id).order_by(Conversation.id))).scalars())


async def _hers(yard: Yard) -> Viewer:
    """Ada, who has one open conversation and one closed; every reaction stands at now."""
    ada = await cast.agent(yard.ground)
    await yard.says("open")
    await yard.says("closed", value="mia@juniper.example", name="Mia")
    first, second = await yard.conversations()
    await seed(yard.ground.database, REACTIONS)
    async with yard.ground.database.begin() as tx:
        for conversation in (first, second):
            await actions.assign(tx, ada, conversation, ada.user_id)
        await actions.close(tx, ada, second)
    return ada


async def _react(yard: Yard) -> None:
    for one in REACTIONS:
        while await advance(yard.ground.database, one):
            pass


async def test_the_open_conversations_of_who_leaves_are_nobodys_again(yard: Yard) -> None:
    ada = await _hers(yard)
    async with yard.ground.database.begin() as tx:
        await retire_user(tx, CONSOLE, ada.user_id or 0)
    await _react(yard)
    assert await _assignees(yard) == [None, ada.user_id]
    await yard.says("and now?", value="mia@juniper.example", name="Mia")
    assert await _assignees(yard) == [None, None]


async def test_who_may_only_look_now_has_nothing_to_answer(yard: Yard) -> None:
    ada = await _hers(yard)
    async with yard.ground.database.begin() as tx:
        await change_user(tx, CONSOLE, ada.user_id or 0, name="Ada", email=ada.email, grant=Grant("viewer"))
    await _react(yard)
    assert await _assignees(yard) == [None, ada.user_id]


async def test_who_only_changes_her_name_keeps_hers(yard: Yard) -> None:
    ada = await _hers(yard)
    async with yard.ground.database.begin() as tx:
        await change_user(tx, CONSOLE, ada.user_id or 0, name="Ada L.", email=ada.email, grant=Grant("agent"))
    await _react(yard)
    assert await _assignees(yard) == [ada.user_id, ada.user_id]


async def test_whoever_does_not_see_the_brand_takes_nothing_of_it_and_keeps_nothing(yard: Yard) -> None:
    """What is handed to somebody to whom it does not exist would lie where nobody looks."""
    ada = await _hers(yard)
    ben, juniper = await cast.agent(yard.ground, "Ben"), await cast.brand(yard.ground, "Juniper")
    elsewhere = Grant("agent", brands=frozenset({juniper}))
    async with yard.ground.database.begin() as tx:
        await change_user(tx, CONSOLE, ben.user_id or 0, name="Ben", email=ben.email, grant=elsewhere)
    first, second = await yard.conversations()
    with pytest.raises(Refused, match="does not see this brand"):
        async with yard.ground.database.begin() as tx:
            await actions.assign(tx, ada, first, ben.user_id)
    async with yard.ground.database.begin() as tx:
        done = await batches.do(tx, ada, "assign", [first, second], str(ben.user_id))
    assert (done.changed, sorted(done.refused)) == ([], [first, second])
    async with yard.ground.database.begin() as tx:
        await change_user(tx, CONSOLE, ada.user_id or 0, name="Ada", email=ada.email, grant=elsewhere)
    await _react(yard)
    assert await _assignees(yard) == [None, ada.user_id]
    await yard.says("and now?", value="mia@juniper.example", name="Mia")
    assert await _assignees(yard) == [None, None]
