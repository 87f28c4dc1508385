"""How a conversation stood before an answer that can still be taken back; taken back, it stands so again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from madang.lib.postgres import Tx

WAS = "was"  # in the data of a message that has not left
STANDS = text("select waiting_since, unread, status, closed_at, snoozed_until, keeps from conversation where id = :id")
# What she wrote meanwhile counts besides: it waits, it is unread, and it has opened the conversation.
RESTORE = text("""
with news as (select exists (select from message h where h.conversation_id = :id and h.id > :message
  and h.direction = 'in' and not h.auto and h.deleted_at is null) as wrote)
update conversation v set unread = v.unread + cast(:unread as integer),
  waiting_since = coalesce(cast(:waiting as timestamptz), case when n.wrote then v.waiting_since end),
  status = case when n.wrote then v.status else :status end,
  closed_at = case when n.wrote then v.closed_at else cast(:closed as timestamptz) end,
  snoozed_until = case when :status = 'closed' and not n.wrote then null else v.snoozed_until end,
  keeps = v.keeps or cast(:keeps as boolean)
from news n where v.id = :id returning n.wrote
""")


async def standing(tx: Tx, conversation_id: int) -> dict[str, Any]:
    """What the message's data keeps of it. The caller holds the conversation."""
    row = (await tx.execute(STANDS, {"id": conversation_id})).one()
    kept = {"waiting": _said(row.waiting_since), "unread": row.unread, "status": row.status, "keeps": row.keeps}
    moments = {"closed": _said(row.closed_at), "snoozed": _said(row.snoozed_until)}
    return {WAS: kept | moments | {"id": conversation_id}}


async def restore(tx: Tx, conversation_id: int, message_id: int, was: Mapping[str, Any] | None) -> bool:
    """Let it stand as before message ``message_id``; one that was moved elsewhere meanwhile is left as it is.

    When it was snoozed is the caller's to say: that has an event. Returns whether the customer has written since.
    """
    if not was or was["id"] != conversation_id:
        return False
    given = {"unread": was["unread"], "status": was["status"], "keeps": was.get("keeps", False)}
    given |= {name: moment(was[name]) for name in ("waiting", "closed")}
    return bool((await tx.execute(RESTORE, given | {"id": conversation_id, "message": message_id})).scalar_one())


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def moment(at: str | None) -> datetime | None:
    """One that the data kept."""
    return datetime.fromisoformat(at) if at else None
