"""Where a message came from: the raw delivery it was read out of."""

from __future__ import annotations

from sqlalchemy import select

from madang.channels.models import Envelope
from madang.conversations.models import Conversation, Message
from madang.lib.errors import NotFound
from madang.lib.files import Files, Missing
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def original(tx: Tx, files: Files, viewer: Viewer, message_id: int) -> bytes:
    """The delivery that brought a message in scope, exactly as it came.

    Raises NotFound when none brought it, and for what the customer has taken back.
    """
    permit(viewer, "ledger.read")
    query = (
        select(Envelope.body, Envelope.file)
        .join(Message, Message.envelope_id == Envelope.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, Message.deleted_at.is_(None), viewer.scope.where(Conversation))
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    try:
        return await files.read(row.file) if row.file else bytes(row.body)
    except Missing:
        raise NotFound("The body of this delivery has been lost.") from None
