"""A note names colleagues."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from madang.conversations.inbox.models import Mention
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.viewers import viewer_of_user


async def mention(tx: Tx, viewer: Viewer, conversation_id: int, message_id: int, users: Sequence[int]) -> list[int]:
    """Keep it for those who may see the conversation; returns them. Twice is once, and one event."""
    some = [one for one in users if await _sees(tx, one, conversation_id)]
    rows = [{"message_id": message_id, "user_id": one, "conversation_id": conversation_id} for one in some]
    if rows:
        made = insert(Mention).values(rows).on_conflict_do_nothing().returning(Mention.user_id)
        fresh = set((await tx.execute(made)).scalars())
        if fresh:
            told = {"users": [one for one in some if one in fresh]}
            await record(tx, viewer.actor, News(Kind.MESSAGE_MENTIONED, conversation_id, message_id, data=told))
    return some


async def _sees(tx: Tx, user_id: int, conversation_id: int) -> bool:
    colleague = await viewer_of_user(tx, user_id)
    if colleague is None:
        return False
    query = select(Conversation.id).where(Conversation.id == conversation_id, colleague.scope.where(Conversation))
    return (await tx.execute(query)).scalar_one_or_none() is not None
