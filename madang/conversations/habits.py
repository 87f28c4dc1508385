"""By which channel somebody usually writes: learned from what she said, beside what she asked for."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select, true

from madang.conversations.models import Conversation, Message
from madang.conversations.queries import channel_marks
from madang.conversations.rows import ChannelMark
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

LOOKED_AT = 20  # of her last messages
MATTERS = 5  # of her last conversations
LEAST = 3  # of these by one channel: less is no habit


async def usual_channel(tx: Tx, viewer: Viewer, root: int) -> ChannelMark | None:
    """The channel over which most of her last messages came, of those in scope; None when there is no such habit."""
    own = select(Conversation.id, Conversation.first_id, Conversation.last_id)
    own = own.where(Conversation.customer_id == root, viewer.scope.where(Conversation))
    latest = own.order_by(Conversation.last_id.desc()).limit(MATTERS).subquery("latest")
    said = select(Message.id, Message.channel_id).where(
        Message.conversation_id == latest.c.id,
        Message.id.between(latest.c.first_id, latest.c.last_id),
        Message.direction == "in",
        Message.channel_id.is_not(None),
    )
    last = said.order_by(Message.id.desc()).limit(LOOKED_AT).lateral("last")
    newest = select(last.c.channel_id).select_from(latest).join(last, true()).order_by(last.c.id.desc())
    counted = newest.limit(LOOKED_AT).subquery("newest")
    query = select(counted.c.channel_id, func.count()).group_by(counted.c.channel_id)
    times = Counter({row[0]: row[1] for row in (await tx.execute(query)).all()})
    for channel, often in times.most_common(1):
        if often >= LEAST and 2 * often > times.total():
            return (await channel_marks(tx, {channel})).get(channel)
    return None
