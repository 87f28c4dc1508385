"""Change the secret without losing a webhook: for a day both the old and the new one sign."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, text

from madang.changes.actions import note
from madang.events.kinds import Kind
from madang.lib.crypto import Keys
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.webhooks.actions.hold import hold, subject, tell
from madang.webhooks.models import WebhookSecret
from madang.webhooks.signing import fresh

OVERLAP = timedelta(hours=24)

# Two sign at most: the new one, and the newest before it.
SUPERSEDE = text("""
update webhook_secret set expires_at = now() + cast(:overlap as interval)
where webhook_id = :id and expires_at is null
""")
FORGET = text("delete from webhook_secret where webhook_id = :id and expires_at is not null")


async def rotate(tx: Tx, viewer: Viewer, keys: Keys, webhook_id: int) -> str:
    """Make a new secret, and return it this once. The one before it signs too for :data:`OVERLAP`."""
    row = await hold(tx, viewer, webhook_id)
    await note(tx, viewer.actor, subject(row), {}, {"secret": True}, {"secret"})
    await tx.execute(FORGET, {"id": webhook_id})
    await tx.execute(SUPERSEDE, {"id": webhook_id, "overlap": OVERLAP})
    secret, sealed = fresh(keys)
    await tx.execute(insert(WebhookSecret).values(webhook_id=webhook_id, sealed=sealed))
    await tell(tx, viewer.actor, Kind.WEBHOOK_SECRET_CHANGED, webhook_id, old="signs for a day")
    return secret


async def drop_old_secrets(tx: Tx, viewer: Viewer, webhook_id: int) -> None:
    """Let the old secret sign nothing any more, at once: for when it got into wrong hands."""
    await hold(tx, viewer, webhook_id)
    if (await tx.execute(FORGET, {"id": webhook_id})).rowcount:
        await tell(tx, viewer.actor, Kind.WEBHOOK_SECRET_CHANGED, webhook_id, old="dropped")
