"""What could not be taken in: read by people, who replay it after a fix or put it aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from madang.channels.models import Channel, Envelope
from madang.lib.errors import NotFound
from madang.lib.files import Files, Missing
from madang.lib.postgres import Tx

QUARANTINED = 2
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Held:
    """One delivery in quarantine, without its content."""

    id: int
    channel_id: int
    channel: str
    connector: str
    at: datetime
    reason: str


async def held(tx: Tx) -> list[Held]:
    """The oldest deliveries in quarantine, at most :data:`MOST`."""
    query = (
        select(Envelope.id, Envelope.channel_id, Channel.name, Channel.connector, Envelope.at, Envelope.reason)
        .join(Channel, Channel.id == Envelope.channel_id)
        .where(Envelope.state == QUARANTINED)
        .order_by(Envelope.id)
        .limit(MOST)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def content(tx: Tx, files: Files, envelope_id: int) -> bytes:
    """A delivery's body exactly as it came; raises NotFound for what is not in quarantine and was not put aside."""
    query = select(Envelope.body, Envelope.file).where(Envelope.id == envelope_id, Envelope.state.in_((2, 3)))
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such delivery in quarantine.")
    try:
        return await files.read(row.file) if row.file else bytes(row.body)
    except Missing:
        raise NotFound("The body of this delivery has been lost.") from None
