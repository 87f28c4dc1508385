"""The conversations of a list, as a row each, page by page, the scope in each query."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from madang.brands.models import Brand
from madang.conversations.inbox.lists import Asked, numbers
from madang.conversations.models import Conversation
from madang.conversations.queries import rows_of
from madang.conversations.rows import Row
from madang.customers import defined
from madang.lib.postgres import Database, Tx
from madang.staff.models import Team
from madang.staff.permissions import Viewer, permit

PAGE = 500
COLUMNS = (
    "id", "status", "subject", "customer_id", "customer", "brand", "channels", "assignee", "team", "priority", "tags",
    "topic", "language", "messages", "last_text", "waiting_since", "snoozed_until", "created_at", "last_at",
)  # fmt: skip
PRIORITIES = ("low", "normal", "high", "urgent")


async def columns(tx: Tx, viewer: Viewer) -> list[str]:
    """The columns there are: ours, and each field of the company's own."""
    permit(viewer, "conversation.export")
    own = await defined.fields(tx, viewer, about="conversation")
    return [*COLUMNS, *(f"field_{one.name}" for one in own)]


async def pages(database: Database, viewer: Viewer, asked: Asked) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """All of them by their numbers, :data:`PAGE` at a time, each page a transaction of its own.

    By number and not in the list's order: what is answered meanwhile moves there, and would come twice or never.
    """
    permit(viewer, "conversation.export")
    after = 0
    while True:
        async with database.begin() as tx:
            found = await numbers(tx, viewer, asked, after, PAGE)
            made = await _whole(tx, viewer, found)
        if made:
            yield made
        if len(found) < PAGE:
            return
        after = found[-1]


async def _whole(tx: Tx, viewer: Viewer, found: Sequence[int]) -> list[dict[str, Any]]:
    rows = sorted(await rows_of(tx, viewer, found), key=lambda one: one.id)
    brands = dict((await tx.execute(select(Brand.id, Brand.name))).all())
    teams = dict((await tx.execute(select(Team.id, Team.name))).all())
    own = [one.name for one in await defined.fields(tx, viewer, about="conversation")]
    filled = select(Conversation.id, Conversation.fields).where(Conversation.id.in_(found))
    filled = filled.where(Conversation.fields != func.jsonb_build_object())
    kept = dict((await tx.execute(filled)).all())
    return [
        _plain(row, brands.get(row.brand_id, ""), teams.get(row.team_id or 0, ""))
        | {f"field_{name}": kept.get(row.id, {}).get(name) for name in own}
        for row in rows
    ]


def _plain(row: Row, brand: str, team: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": "snoozed" if row.snoozed_until and row.status == "open" else row.status,
        "subject": row.subject,
        "customer_id": row.customer_id,
        "customer": row.customer_name,
        "brand": brand,
        "channels": [one.name for one in row.channels],
        "assignee": row.assignee_name,
        "team": team,
        "priority": PRIORITIES[row.priority],
        "tags": row.tags,
        "topic": row.topic,
        "language": row.language,
        "messages": row.messages,
        "last_text": row.last_text,
        "waiting_since": _moment(row.waiting_since),
        "snoozed_until": _moment(row.snoozed_until),
        "created_at": _moment(row.created_at),
        "last_at": _moment(row.last_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
