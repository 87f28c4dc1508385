"""The one way a verb takes hold of a webhook: its row locked, seen only by who could have made it."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import select

from madang.changes.actions import Subject
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.grants import covers
from madang.staff.permissions import Viewer, permit
from madang.webhooks.models import Webhook
from madang.webhooks.scoping import grant_of, scope_of

COLUMNS = (
    Webhook.id,
    Webhook.description,
    Webhook.url,
    Webhook.kinds,
    Webhook.all_brands,
    Webhook.brand_ids,
    Webhook.sees,
    Webhook.team_ids,
    Webhook.disabled_at,
    Webhook.problem,
)


async def hold(tx: Tx, viewer: Viewer, webhook_id: int) -> Any:
    """The webhook; raises NotFound when it is none of the viewer's, NotPermitted when she manages none."""
    permit(viewer, "webhook.manage")
    query = (
        select(*COLUMNS).where(Webhook.id == webhook_id, Webhook.retired_at.is_(None)).with_for_update(key_share=True)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None or not covers(viewer, grant_of(scope_of(row))):
        raise NotFound(_("There is no such webhook."))
    return row


def subject(row: Any) -> Subject:
    """It, for the history of the settings. One of a single brand is that brand's."""
    brand = row.brand_ids[0] if len(row.brand_ids) == 1 else None
    return Subject("webhooks", f"webhook:{row.id}", row.description or httpx.URL(row.url).host, brand)


async def tell(tx: Tx, actor: Actor, kind: Kind, webhook_id: int, **data: Any) -> None:
    """Write down what happened to a webhook. Its address is told by host only: paths hold keys."""
    await record(tx, actor, News(kind, data={"webhook": webhook_id, **data}))
