"""Customers taken out of the house: who took which list is written down before the first of them leaves."""

from __future__ import annotations

from datetime import timedelta

from madang.conversations.exports.people import Asked, columns
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.attempts import Limit, Try, allow
from madang.staff.permissions import Viewer, permit

EXPORTS = Limit("export", 30, timedelta(hours=1))  # of one person or token


async def export(tx: Tx, viewer: Viewer, format: str, asked: Asked) -> list[str]:
    """Note an export; returns its columns. Raises NotPermitted, Refused, TooMany."""
    permit(viewer, "customer.export")
    await allow(tx, Try(EXPORTS, str(viewer.actor)))
    names = await columns(tx, viewer, asked)
    data = {"format": format, "segment": asked.segment or None, "searched": bool(asked.words)}
    if asked.quality:
        data["quality"] = asked.quality
    await record(tx, viewer.actor, News(Kind.CUSTOMERS_EXPORTED, data=data))
    return names
