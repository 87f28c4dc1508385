"""Tags."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from madang.conversations.actions.hold import hold
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

MOST = 20
LONGEST = 40


async def set_tags(tx: Tx, viewer: Viewer, conversation_id: int, tags: Sequence[str]) -> list[str]:
    """Set the tags, in one spelling and order; returns them."""
    held = await hold(tx, viewer, "conversation.tag", conversation_id)
    clean = sorted({" ".join(tag.split()) for tag in tags if tag.strip()})
    if len(clean) > MOST:
        raise Refused("A conversation takes at most 20 tags.", "tags")
    if any(len(tag) > LONGEST for tag in clean):
        raise Refused("A tag has at most 40 characters.", "tags")
    if clean != list(held.tags):
        await tx.execute(update(Conversation).where(Conversation.id == conversation_id).values(tags=clean))
        data = {"tags": clean, "before": list(held.tags)}
        await record(tx, viewer.actor, News(Kind.CONVERSATION_TAGGED, conversation_id, data=data))
    return clean
