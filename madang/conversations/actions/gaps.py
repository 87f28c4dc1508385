"""What people do with gaps: have them fetched again, or say why they may stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from madang.conversations.actions.envelopes import because, sighted
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

ASK = text("""
update gap g set asked_at = now(), problem = '' from channel c
where g.id = :id and g.closed_at is null and c.id = g.channel_id
  and (:everything or c.brand_id = any(cast(:brands as bigint[]))) returning g.id, g.channel_id, g.low, g.high
""")
# Its numbers count as seen from now on, or the next look would find them again.
CLOSE = text("""
with closed as (
  update gap g set closed_at = now(), how = 'dismissed', reason = :reason from channel c
  where g.id = :id and g.closed_at is null and c.id = g.channel_id
    and (:everything or c.brand_id = any(cast(:brands as bigint[])))
  returning g.id, g.channel_id, g.stream, g.low, g.high, g.missing),
settled as (
  update stream s set seen = s.seen + c.missing from closed c
  where s.channel_id = c.channel_id and s.stream = c.stream)
select id, channel_id, low, high from closed
""")


async def ask(tx: Tx, viewer: Viewer, gap_id: int) -> int:
    """Have the workers fetch it from its provider again; returns its channel."""
    return await _done(tx, viewer, Kind.GAP_ASKED, (await tx.execute(ASK, _given(viewer, gap_id))).one_or_none())


async def dismiss(tx: Tx, viewer: Viewer, gap_id: int, reason: str) -> int:
    """Close a gap that nothing will fill, with a reason; returns its channel."""
    said = because(reason)
    row = (await tx.execute(CLOSE, {**_given(viewer, gap_id), "reason": said})).one_or_none()
    return await _done(tx, viewer, Kind.GAP_DISMISSED, row, reason=said)


def _given(viewer: Viewer, gap_id: int) -> dict[str, Any]:
    permit(viewer, "ledger.mend")
    return {"id": gap_id, **sighted(viewer)}


async def _done(tx: Tx, viewer: Viewer, kind: Kind, row: Any, **more: str) -> int:
    if row is None:
        raise NotFound(_("There is no such gap, or it is closed."))
    data = {"gap": row.id, "channel": row.channel_id, "first": row.low, "last": row.high, **more}
    await record(tx, viewer.actor, News(kind, data=data))
    return int(row.channel_id)
