"""What happened is put before those who listen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from madang.events.log import Happened
from madang.lib.postgres import Tx
from madang.webhooks.actions.queue import ask, enqueue
from madang.webhooks.catalogue import wants
from madang.webhooks.models import Webhook
from madang.webhooks.scoping import Listener, heard, scope_of

COLUMNS = (Webhook.id, Webhook.kinds, Webhook.all_brands, Webhook.brand_ids, Webhook.sees, Webhook.team_ids)


async def spread(tx: Tx, batch: Sequence[Happened]) -> None:
    """Queue each event for every receiver that wants it and may hear it: one look when nobody listens."""
    listeners = await _listeners(tx)
    wanted = [event for event in batch if any(wants(one.kinds, event.kind) for one in listeners)]
    if not wanted:
        return
    known = await heard(tx, listeners, wanted)
    queue = [
        (one.id, event)
        for event in wanted
        for one in listeners
        if wants(one.kinds, event.kind) and event.id in known[one.id]
    ]
    if await enqueue(tx, queue):
        await ask(tx)


async def _listeners(tx: Tx) -> list[Listener]:
    query = select(*COLUMNS).where(Webhook.disabled_at.is_(None), Webhook.retired_at.is_(None)).order_by(Webhook.id)
    return [Listener(row.id, frozenset(row.kinds), scope_of(row)) for row in await tx.execute(query)]
