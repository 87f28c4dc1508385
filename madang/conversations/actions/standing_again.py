"""An answer was taken back: the conversation stands as it did before, its earlier snooze included."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from madang.conversations.actions import closure, parting
from madang.conversations.actions.standing import WAS, moment, restore
from madang.conversations.inbox.actions.snoozing import snooze, wake
from madang.conversations.models import Conversation
from madang.conversations.scheduling import THEN, UNTIL
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


async def stand_again(
    tx: Tx, viewer: Viewer, conversation_id: int, message_id: int, data: Mapping[str, Any], *, undo: bool
) -> None:
    """As before message ``message_id``, which is gone; ``data`` is what it held, ``undo`` whether it was counted."""
    if undo:
        await parting.recount(tx, [conversation_id])
    then, was = data.get(THEN, ""), data.get(WAS) or {}
    may = viewer.may("conversation.close")
    if then == "close" and may and was.get("status") != "closed" and await _ours(tx, conversation_id, was):
        await closure.reopen(tx, viewer, conversation_id)
    took = undo or then == "close"  # sending or closing took its unread marks; what only waited did not
    went_on = await restore(tx, viewer.actor, conversation_id, message_id, was) if took else False
    if then and may and was.get("id") == conversation_id:
        await _sleep_again(tx, viewer, conversation_id, (then, moment(data.get(UNTIL))), was, went_on=went_on)


async def _ours(tx: Tx, conversation_id: int, was: Mapping[str, Any]) -> bool:
    """Whether it was closed last by whoever wrote the answer: what a colleague has closed since stays closed."""
    by = (await closure.closers(tx, [conversation_id])).get(conversation_id)
    return (was.get("id", conversation_id), was.get("by", by)) == (conversation_id, by)


async def _sleep_again(
    tx: Tx,
    viewer: Viewer,
    conversation_id: int,
    did: tuple[str, datetime | None],
    was: Mapping[str, Any],
    *,
    went_on: bool,
) -> None:
    """Until the moment it was snoozed to before; a snooze of somebody else since then is left, and so is her word."""
    then, until = did
    earlier = moment(was.get("snoozed"))
    query = select(Conversation.status, Conversation.snoozed_until).where(Conversation.id == conversation_id)
    now = (await tx.execute(query)).one()
    ours = now.snoozed_until == until if then == "snooze" else now.snoozed_until is None
    if went_on or not ours or now.status == "closed":
        return
    if earlier and earlier > datetime.now(UTC):
        await snooze(tx, viewer, [conversation_id], earlier)
    elif then == "snooze":
        await wake(tx, viewer, [conversation_id])
