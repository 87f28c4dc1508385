"""Close and reopen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, text, update

from madang.conversations.actions.hold import hold
from madang.conversations.models import Conversation, Message
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

CLOSED_BY = text("""
select distinct on (conversation_id) conversation_id, actor from event
where conversation_id = any(cast(:ids as bigint[])) and kind = 'conversation.closed'
order by conversation_id, id desc
""")


async def closers(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    """Who was the last to close each of them, where anybody was: whoever takes a closing back takes only her own."""
    found = await tx.execute(CLOSED_BY, {"ids": list(ids)})
    return {row.conversation_id: row.actor for row in found}


def unanswered_since() -> ColumnElement[datetime | None]:
    """When she said what nobody has answered, of one that is opened again."""
    said = select(Message.at).where(Message.id == Conversation.last_id).scalar_subquery()
    return case((Conversation.last_direction == "in", said))


async def close(tx: Tx, viewer: Viewer, conversation_id: int) -> None:
    """The matter is done; a later message of the customer reopens it. Closing twice is once."""
    held = await hold(tx, viewer, "conversation.close", conversation_id)
    if held.status == "closed":
        return
    values: dict[str, Any] = {
        "status": "closed",
        "closed_at": func.now(),
        "unread": 0,
        "keeps": False,
        "snoozed_until": None,
    }
    await tx.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(**values, waiting_since=None)
    )
    await record(tx, viewer.actor, News(Kind.CONVERSATION_CLOSED, conversation_id, customer=held.customer_id))


async def reopen(tx: Tx, viewer: Viewer, conversation_id: int) -> None:
    """Take a closed conversation up again."""
    held = await hold(tx, viewer, "conversation.close", conversation_id)
    if held.status == "open":
        return
    values = {"status": "open", "closed_at": None, "waiting_since": unanswered_since()}
    await tx.execute(update(Conversation).where(Conversation.id == conversation_id).values(values))
    await record(tx, viewer.actor, News(Kind.CONVERSATION_REOPENED, conversation_id, customer=held.customer_id))
