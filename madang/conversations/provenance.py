"""What became of a message, and where it came from: its raw delivery, its earlier words, the moving that brought it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from madang.channels.models import Envelope
from madang.conversations.doors.models import Moving
from madang.conversations.models import Conversation, Message, Version
from madang.lib.errors import NotFound
from madang.lib.files import Files, Missing
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a message said until ``at``."""

    at: datetime
    text: str


async def versions(tx: Tx, viewer: Viewer, message_id: int) -> list[Earlier]:
    """What a message in scope said before it was edited, oldest first; raises NotFound when it never was."""
    permit(viewer, "conversation.read")
    query = (
        select(Version.at, Version.text)
        .join(Message, Message.id == Version.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, Message.deleted_at.is_(None), viewer.scope.where(Conversation))
    )
    found = [Earlier(row.at, row.text) for row in await tx.execute(query.order_by(Version.at))]
    if not found:
        raise NotFound("There is no such message.")
    return found


async def moving_to(tx: Tx, conversation_id: int) -> int:
    """The moving for which a conversation was made."""
    query = select(Moving.id).where(Moving.to_id == conversation_id, Moving.opened).order_by(Moving.id.desc()).limit(1)
    return int((await tx.execute(query)).scalar_one())


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
