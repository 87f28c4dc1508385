"""Nothing leaves while somebody is not to be disturbed, however late it is or whatever she has said since."""

from __future__ import annotations

from datetime import UTC, datetime

from madang.lib.language import zone
from madang.lib.postgres import Tx
from madang.notifications import queries
from madang.notifications.actions import handing
from madang.notifications.actions.handing import Batch
from madang.staff.permissions import Viewer


async def holds(tx: Tx, viewer: Viewer, batch: Batch) -> bool:
    """Whether it waits, until she may be disturbed again. What she tries out herself does not."""
    now = datetime.now(UTC)
    until = (await queries.wishes(tx, viewer.user_id)).silent_until(now, zone(viewer.timezone))
    if until is None or any(one.kind == "test" for one in await queries.of(tx, viewer, batch.ids)):
        return False
    await handing.wait(tx, batch, (until - now).total_seconds())
    return True
