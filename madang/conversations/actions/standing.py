"""How a conversation stood before an answer that can still be taken back; taken back, it stands so again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.postgres import Tx

WAS = "was"  # in the data of a message that has not left
STANDS = text("select waiting_since, unread, status, closed_at, snoozed_until, keeps from conversation where id = :id")
# What she wrote meanwhile counts besides: it waits, it is unread, and it has opened the conversation. Where a colleague
# has answered since, or has closed it, it stands as he left it.
RESTORE = text("""
with since as (select direction from message
  where conversation_id = :id and id > :message and not auto and deleted_at is null and not data ? 'later'),
news as (select exists (select from since where direction = 'in') as wrote,
  exists (select from since where direction = 'out') as answered,
  (select status from conversation where id = :id) as stood)
update conversation v set unread = v.unread + cast(:unread as integer),
  waiting_since = coalesce(cast(:waiting as timestamptz), case when n.wrote then v.waiting_since end),
  status = case when n.wrote then v.status else :status end,
  closed_at = case when n.wrote then v.closed_at else cast(:closed as timestamptz) end,
  snoozed_until = case when :status = 'closed' and not n.wrote then null else v.snoozed_until end,
  keeps = v.keeps or cast(:keeps as boolean)
from news n where v.id = :id and not n.answered and (v.status = 'open' or :status = 'closed')
returning n.wrote, n.stood = 'open' and v.status = 'closed' as closed, v.customer_id
""")


async def standing(tx: Tx, actor: Actor, conversation_id: int) -> dict[str, Any]:
    """What the message's data keeps of it, and who answers. The caller holds the conversation."""
    row = (await tx.execute(STANDS, {"id": conversation_id})).one()
    kept = {"waiting": _said(row.waiting_since), "unread": row.unread, "status": row.status, "keeps": row.keeps}
    moments = {"closed": _said(row.closed_at), "snoozed": _said(row.snoozed_until)}
    return {WAS: kept | moments | {"id": conversation_id, "by": str(actor)}}


async def restore(tx: Tx, actor: Actor, conversation_id: int, message_id: int, was: Mapping[str, Any] | None) -> bool:
    """Let it stand as before message ``message_id``; one that was moved elsewhere meanwhile is left as it is.

    When it was snoozed is the caller's to say: that has an event. Returns whether it went on meanwhile: the customer
    has written, a colleague has answered or closed it.
    """
    if not was or was["id"] != conversation_id:
        return False
    given = {"unread": was["unread"], "status": was["status"], "keeps": was.get("keeps", False)}
    given |= {name: moment(was[name]) for name in ("waiting", "closed")}
    row = (await tx.execute(RESTORE, given | {"id": conversation_id, "message": message_id})).one_or_none()
    if row and row.closed:
        await record(tx, actor, News(Kind.CONVERSATION_CLOSED, conversation_id, customer=row.customer_id))
    return row is None or bool(row.wrote)


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def moment(at: str | None) -> datetime | None:
    """One that the data kept."""
    return datetime.fromisoformat(at) if at else None
