"""Lists taken out of the house: who took which is written down before the first of its rows leaves."""

from __future__ import annotations

from datetime import timedelta

from madang.conversations.exports import people, talks
from madang.conversations.inbox import lists
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.attempts import Limit, Try, allow
from madang.staff.permissions import Viewer, permit

EXPORTS = Limit("export", 30, timedelta(hours=1))  # of one person or token


async def export(tx: Tx, viewer: Viewer, format: str, asked: people.Asked) -> list[str]:
    """Note an export of customers; returns its columns. Raises NotPermitted, Refused, TooMany."""
    permit(viewer, "customer.export")
    await allow(tx, Try(EXPORTS, str(viewer.actor)))
    names = await people.columns(tx, viewer, asked)
    data = {"format": format, "segment": asked.segment or None, "searched": bool(asked.words)}
    if asked.quality:
        data["quality"] = asked.quality
    await record(tx, viewer.actor, News(Kind.CUSTOMERS_EXPORTED, data=data))
    return names


async def export_talks(tx: Tx, viewer: Viewer, format: str, asked: lists.Asked, view: str) -> list[str]:
    """Note an export of a list of conversations, ``view`` as its address names it; returns its columns.

    Raises NotPermitted, TooMany.
    """
    permit(viewer, "conversation.export")
    await allow(tx, Try(EXPORTS, str(viewer.actor)))
    names = await talks.columns(tx, viewer)
    data = {"format": format, "view": view, "filtered": asked.node != lists.EVERYTHING}
    await record(tx, viewer.actor, News(Kind.CONVERSATIONS_EXPORTED, data=data))
    return names
