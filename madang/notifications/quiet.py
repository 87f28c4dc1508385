"""Nothing leaves while somebody is not to be disturbed, however late it is or whatever she has said since; and no phone
rings beside a desk that is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from madang.lib.language import zone
from madang.lib.postgres import Tx
from madang.notifications import queries
from madang.notifications.actions import handing
from madang.notifications.actions.handing import Batch
from madang.notifications.actions.telling import SETTLE, ring
from madang.staff.permissions import Viewer


async def holds(tx: Tx, viewer: Viewer, batch: Batch) -> bool:
    """Whether it waits, until she may be disturbed again. What she tries out herself does not."""
    wait = await _quiet(tx, viewer) or (await _at_desk(tx, viewer) if batch.way == "push" else None)
    if wait is None or any(one.kind == "test" for one in await queries.of(tx, viewer, batch.ids)):
        return False
    await handing.wait(tx, batch, wait.total_seconds())
    return True


async def _quiet(tx: Tx, viewer: Viewer) -> timedelta | None:
    now = datetime.now(UTC)
    until = (await queries.wishes(tx, viewer.user_id)).silent_until(now, zone(viewer.timezone))
    return until - now if until else None


async def _at_desk(tx: Tx, viewer: Viewer) -> timedelta | None:
    left = await queries.at_desk(tx, viewer)
    if left is None or left <= -SETTLE:
        return None
    if left < SETTLE:
        await ring(tx, {viewer.user_id or 0})  # a desk that still is looked at says so once more
    return max(left, SETTLE)
