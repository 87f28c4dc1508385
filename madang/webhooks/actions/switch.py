"""On and off: by a person, or by us when a receiver is gone or fails for a day."""

from __future__ import annotations

from typing import Literal

import httpx
from sqlalchemy import func, select, text, update

from madang.changes.actions import note
from madang.events.kinds import Kind
from madang.events.record import SYSTEM
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.webhooks.actions.hold import hold, subject, tell
from madang.webhooks.models import Webhook

Why = Literal["person", "gone", "failing"]

AT_ONCE = text("update webhook_delivery set due = now() where webhook_id = :id and stage = 0")


async def disable(tx: Tx, viewer: Viewer, webhook_id: int) -> None:
    """Tell it nothing until it is enabled. What waits keeps waiting; what happens meanwhile can be replayed."""
    row = await hold(tx, viewer, webhook_id)
    if row.disabled_at is None:
        await _off(tx, webhook_id, "person", "")
        await note(tx, viewer.actor, subject(row), {"paused": False}, {"paused": True})
        await tell(tx, viewer.actor, Kind.WEBHOOK_DISABLED, webhook_id, why="person", description=row.description)


async def give_up(tx: Tx, webhook_id: int, why: Why, problem: str) -> None:
    """Disable one that is gone or fails without end, and say so: the event is what alerts hear."""
    query = select(Webhook.url, Webhook.description, Webhook.disabled_at).where(Webhook.id == webhook_id)
    row = (await tx.execute(query.with_for_update(key_share=True))).one()
    if row.disabled_at is None:
        await _off(tx, webhook_id, why, problem)
        host = httpx.URL(row.url).host
        told = {"why": why, "problem": problem, "description": row.description, "host": host}
        await tell(tx, SYSTEM, Kind.WEBHOOK_DISABLED, webhook_id, **told)


async def enable(tx: Tx, viewer: Viewer, webhook_id: int) -> None:
    """Tell it again: at once what waits, and what happens from now on."""
    row = await hold(tx, viewer, webhook_id)
    if row.disabled_at is None:
        return
    well = {"disabled_at": None, "disabled_why": "", "problem": "", "failures": 0}
    fresh_start = well | {"failing_since": None, "rest_until": None}
    await tx.execute(update(Webhook).where(Webhook.id == webhook_id).values(fresh_start))
    await tx.execute(AT_ONCE, {"id": webhook_id})
    await tx.execute(text("select pg_notify('webhooks', '')"))
    await note(tx, viewer.actor, subject(row), {"paused": True}, {"paused": False})
    await tell(tx, viewer.actor, Kind.WEBHOOK_ENABLED, webhook_id)


async def _off(tx: Tx, webhook_id: int, why: Why, problem: str) -> None:
    values = {"disabled_at": func.now(), "disabled_why": why, "problem": problem}
    await tx.execute(update(Webhook).where(Webhook.id == webhook_id).values(values))
