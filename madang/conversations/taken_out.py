"""What can be taken out of a conversation: its words and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, any_, cast, select

from madang.conversations.models import Attachment, Conversation, Message
from madang.conversations.rows import File, Said
from madang.conversations.scheduling import SAID
from madang.conversations.threads import said
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

MOST = 5_000  # messages, the newest
FILES = 2_000
LOGO = 10_000  # bytes: smaller inline pictures of a mail are logos of signatures


@dataclass(frozen=True, slots=True)
class Kept:
    """A file and when it was said."""

    file: File
    at: datetime


async def words(tx: Tx, viewer: Viewer, conversation_id: int, ids: Sequence[int] = ()) -> list[Said]:
    """Its messages in order, or those of them that are named; what does not stand in it is left out."""
    permit(viewer, "conversation.read")
    rules = [Message.conversation_id == conversation_id, SAID, viewer.scope.where(Conversation)]
    if ids:
        rules.append(Message.id == any_(cast(sorted(set(ids)), ARRAY(BigInteger))))
    query = select(Message.id).join(Conversation, Conversation.id == Message.conversation_id).where(*rules)
    found = (await tx.execute(query.order_by(Message.id.desc()).limit(MOST))).scalars().all()
    return await said(tx, sorted(found))


async def files(tx: Tx, viewer: Viewer, conversation_id: int) -> list[Kept]:
    """Its files in order, without logos and what was taken back; also those nobody may have yet."""
    permit(viewer, "conversation.read")
    columns = [getattr(Attachment, name) for name in File.__slots__]
    query = (
        select(*columns, Message.at)
        .join(Message, Message.id == Attachment.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.conversation_id == conversation_id, Message.deleted_at.is_(None), SAID)
        .where(viewer.scope.where(Conversation))
        .order_by(Attachment.id.desc())
        .limit(FILES)
    )
    rows = (await tx.execute(query)).all()[::-1]
    found = [Kept(File(*row[:-1]), row[-1]) for row in rows]
    return [one for one in found if not (one.file.inline and one.file.size < LOGO)]
