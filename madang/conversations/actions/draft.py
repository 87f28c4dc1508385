"""What an agent has written and not sent: hers alone, and no event."""

from __future__ import annotations

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from madang.conversations.models import Draft
from madang.conversations.queries import one
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

LONGEST = 50_000


async def save_draft(tx: Tx, viewer: Viewer, conversation_id: int, words: str, kind: str = "reply") -> None:
    """Keep a draft (kind reply or note); an empty one is dropped."""
    permit(viewer, "conversation.reply")
    await one(tx, viewer, conversation_id)
    if viewer.user_id is None:
        return
    if not words.strip():
        mine = (Draft.user_id == viewer.user_id, Draft.conversation_id == conversation_id)
        await tx.execute(delete(Draft).where(*mine))
        return
    values = {"text": words[:LONGEST], "kind": "note" if kind == "note" else "reply", "at": func.now()}
    statement = insert(Draft).values(user_id=viewer.user_id, conversation_id=conversation_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id", "conversation_id"], set_=values))
