"""What she has seen in one place is withdrawn everywhere: the bell, what was pushed, what was still to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, text, tuple_, update

from madang.lib.postgres import Tx
from madang.notifications.actions.telling import ring
from madang.notifications.judging import ONCE
from madang.notifications.models import Notification
from madang.staff.permissions import Viewer

# What is still to be told is dropped; what browsers show is to be taken down.
AFTER = text("""
with dropped as (
  delete from notification_telling where notification_id = any(cast(:ids as bigint[])) and way <> 'close')
insert into notification_telling (notification_id, way)
select id, 'close' from notification where id = any(cast(:ids as bigint[])) and data ? 'pushed'
on conflict do nothing
""")


async def see(tx: Tx, viewer: Viewer, ids: Collection[int]) -> list[int]:
    """She has seen these of hers; returns the ones she had not before."""
    return await _mark(tx, Notification.user_id == viewer.user_id, Notification.id.in_(ids))


async def see_all(tx: Tx, viewer: Viewer) -> list[int]:
    """She has seen all of hers."""
    return await _mark(tx, Notification.user_id == viewer.user_id)


async def see_conversation(tx: Tx, viewer: Viewer, conversation_id: int) -> list[int]:
    """She looks at a conversation: all that she was told of it."""
    return await _mark(tx, Notification.user_id == viewer.user_id, Notification.conversation_id == conversation_id)


async def saw(tx: Tx, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Of each (colleague, conversation): she was there."""
    if not pairs:
        return []
    return await _mark(tx, tuple_(Notification.user_id, Notification.conversation_id).in_(pairs))


async def taken(tx: Tx, conversations: Collection[int]) -> list[int]:
    """Somebody has them now: what waits for anybody calls nobody else."""
    if not conversations:
        return []
    return await _mark(tx, Notification.conversation_id.in_(conversations), Notification.kind.in_(ONCE))


async def unsee(tx: Tx, viewer: Viewer, ids: Collection[int]) -> list[int]:
    """These are new again: a slip is undone."""
    mine = (Notification.user_id == viewer.user_id, Notification.id.in_(ids))
    made = update(Notification).where(*mine).values(seen_at=None)
    rows = (await tx.execute(made.returning(Notification.id, Notification.user_id))).all()
    await ring(tx, {row.user_id for row in rows})
    return [row.id for row in rows]


async def _mark(tx: Tx, *which: ColumnElement[bool]) -> list[int]:
    made = update(Notification).where(Notification.seen_at.is_(None), *which).values(seen_at=func.now())
    rows = (await tx.execute(made.returning(Notification.id, Notification.user_id))).all()
    ids = [row.id for row in rows]
    if ids:
        await tx.execute(AFTER, {"ids": ids})
        await ring(tx, {row.user_id for row in rows})
    return ids
