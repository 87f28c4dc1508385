"""Where a message came from: the raw delivery it was read out of."""

from __future__ import annotations

from sqlalchemy import select

from madang.conversations.models import Conversation, Message
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def envelope_of(tx: Tx, viewer: Viewer, message_id: int) -> int:
    """The number of the envelope that brought a message in scope; raises NotFound, too when nothing brought it."""
    permit(viewer, "ledger.read")
    query = (
        select(Message.envelope_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, viewer.scope.where(Conversation))
    )
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such message.")
    return int(found)
