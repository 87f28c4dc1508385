"""How far somebody has read: what is unread to her."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from madang.conversations.inbox.models import Reading
from madang.conversations.models import Conversation
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


def unread(viewer: Viewer) -> ColumnElement[int]:
    """How many messages of a conversation are unread to her; to a program, to the team."""
    return unread_by(viewer.user_id)


def unread_by(user_id: int | None) -> ColumnElement[int]:
    """The same by her number; None: a program."""
    if user_id is None:
        return Conversation.unread.expression
    mine = (Reading.user_id == user_id, Reading.conversation_id == Conversation.id)
    return of(select(Reading.message_id).where(*mine).correlate(Conversation).scalar_subquery())


def of(read: Any) -> ColumnElement[int]:
    """The same where the number of the message up to which she has read is at hand; null: none."""
    some = func.greatest(Conversation.unread, 1)
    said = and_(Conversation.last_direction == "in", Conversation.last_id > read)
    return case(
        (read.is_(None), Conversation.unread),
        (and_(Conversation.status == "open", (read == 0) | said), some),
        else_=0,
    )


async def read_up_to(tx: Tx, viewer: Viewer, conversation_id: int) -> int:
    """The number of the message up to which she has read; 0 when she never opened it."""
    mine = (Reading.user_id == (viewer.user_id or 0), Reading.conversation_id == conversation_id)
    return int((await tx.execute(select(Reading.message_id).where(*mine))).scalar_one_or_none() or 0)
