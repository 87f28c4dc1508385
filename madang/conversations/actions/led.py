"""What was written in a conversation before she heard that it was merged into another: it is kept there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from madang.conversations.actions.draft import Kept, save_draft
from madang.conversations.joining.queries import now_at
from madang.conversations.models import Draft
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


async def keep_draft(
    tx: Tx, viewer: Viewer, conversation_id: int, words: str, kind: str, beside: Mapping[str, Any], base: int | None
) -> Kept:
    """As ``save_draft``, in what it was merged into. An empty one changes nothing there: what she had went along."""
    at = await now_at(tx, conversation_id)
    if at != conversation_id and not words.strip() and not beside.get("files"):
        return Kept(0)
    return await save_draft(tx, viewer, at, words, kind, beside, base)


async def spend(tx: Tx, viewer: Viewer, conversation_id: int, words: str) -> None:
    """``words`` were said: where they came into her draft by the merge, they are none any more. The rest of it stays.

    The caller has checked the conversation.
    """
    mine = (Draft.user_id == (viewer.user_id or 0), Draft.conversation_id == conversation_id)
    row = (await tx.execute(select(Draft.text, Draft.kind, Draft.data).where(*mine))).one_or_none()
    whole, said = f"\n\n{row.text.strip() if row else ''}", f"\n\n{words.strip()}"
    if row and whole.endswith(said):
        await save_draft(tx, viewer, conversation_id, whole.removesuffix(said).strip(), row.kind, row.data)
