"""What somebody has written and not sent: of one conversation, and all of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from madang.conversations.models import Conversation, Draft
from madang.conversations.waiting import uploads
from madang.customers.models import Customer
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

MOST = 100


@dataclass(frozen=True, slots=True)
class Written:
    """A draft. ``data``: what belongs to it beside words, ``rev``, its state, and ``other``, a draft of elsewhere; a
    file that is not there any more says ``gone``. ``at``: when it was looked for, in the milliseconds of ``rev``."""

    text: str = ""
    kind: str = "reply"
    data: Mapping[str, Any] = field(default_factory=dict)
    at: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One of all her drafts."""

    conversation_id: int
    customer_name: str
    subject: str
    text: str
    kind: str
    files: int
    at: datetime


async def of(tx: Tx, viewer: Viewer, conversation_id: int) -> Written:
    """The viewer's own draft in a conversation; an empty one when there is none."""
    mine = (Draft.user_id == (viewer.user_id or 0), Draft.conversation_id == conversation_id)
    at = time.time_ns() // 1_000_000
    row = (await tx.execute(select(Draft.text, Draft.kind, Draft.data).where(*mine))).one_or_none()
    return Written(row.text, row.kind, await _told(tx, viewer, row.data), at) if row else Written(at=at)


async def _told(tx: Tx, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
    some = data.get("files") or []
    if not some:
        return data
    there = {one.key for one in await uploads(tx, viewer.actor, [str(one.get("key", "")) for one in some])}
    return {**data, "files": [one if one.get("key") in there else {**one, "gone": True} for one in some]}


async def every(tx: Tx, viewer: Viewer) -> list[Listed]:
    """All of the viewer's drafts, the newest first, of conversations she may see."""
    permit(viewer, "conversation.reply")
    query = (
        select(Draft.conversation_id, Customer.name, Conversation.subject, Draft.text, Draft.kind, Draft.data, Draft.at)
        .join(Conversation, Conversation.id == Draft.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Draft.user_id == (viewer.user_id or 0), viewer.scope.where(Conversation))
        .order_by(Draft.at.desc())
        .limit(MOST)
    )
    return [
        Listed(row[0], row[1], row[2], row[3], row[4], len(row[5].get("files") or ()), row[6])
        for row in await tx.execute(query)
    ]
