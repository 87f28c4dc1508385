"""The counters somebody may stand at, and what was left for a customer's next visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from madang.channels.queries import ChannelRow, channels
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

CONNECTOR = "store_visit"

WAITING = text("""
select n.id, n.text, n.author, n.at from visit_note v join customer_note n on n.id = v.note_id
where n.customer_id = :customer and n.deleted_at is null and v.done_at is null order by n.id desc limit 20
""")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note for this visit."""

    id: int
    text: str
    author: str
    at: datetime


async def stores(tx: Tx, viewer: Viewer) -> list[ChannelRow]:
    """Every counter of the brands in her scope."""
    brands = viewer.scope.brands
    mine = [row for row in await channels(tx) if brands is None or row.brand_id in brands]
    return [row for row in mine if row.connector == CONNECTOR and row.paused_at is None]


async def store(tx: Tx, viewer: Viewer, channel_id: int) -> ChannelRow:
    """One of them; raises NotFound."""
    for row in await stores(tx, viewer):
        if row.id == channel_id:
            return row
    raise NotFound("There is no such counter.")


async def waiting(tx: Tx, customer_id: int) -> list[Waiting]:
    """What was left for her; the caller has asked whether the viewer sees her."""
    return [Waiting(*row) for row in await tx.execute(WAITING, {"customer": customer_id})]
