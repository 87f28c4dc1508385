"""An agent has seen what the customer wrote."""

from __future__ import annotations

from sqlalchemy import update

from madang.conversations.inbox.actions.reading import mark
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def mark_seen(tx: Tx, viewer: Viewer, conversation_id: int) -> None:
    """Set the unread count to nothing, and hers. A viewer only looks: her looking changes nothing for others."""
    permit(viewer, "conversation.read")
    await mark(tx, viewer, [conversation_id], unread=False)
    if not viewer.may("conversation.reply"):
        return
    statement = (
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.unread > 0, viewer.scope.where(Conversation))
        .values(unread=0)
    )
    if (await tx.execute(statement)).rowcount:
        await record(tx, viewer.actor, News(Kind.CONVERSATION_SEEN, conversation_id))
