"""What somebody wants to be told: hers alone, and, as every wish about one's own desk, no event."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from madang.lib.postgres import Tx
from madang.notifications.actions.telling import ring
from madang.notifications.models import Wishes as Row
from madang.notifications.wishes import Wishes, read, written
from madang.staff.permissions import Viewer


async def change(tx: Tx, viewer: Viewer, wishes: Wishes) -> None:
    """Keep all of it."""
    if viewer.user_id is not None:
        await _keep(tx, viewer.user_id, wishes)


async def disturb_again_at(tx: Tx, viewer: Viewer, until: datetime | None) -> None:
    """Not to be disturbed before; None: at once."""
    if viewer.user_id is not None:
        await _keep(tx, viewer.user_id, msgspec.structs.replace(await _kept(tx, viewer.user_id), until=until))
        await ring(tx, {viewer.user_id})


async def mail_no_more(tx: Tx, user_id: int) -> None:
    """No mails of this kind, by the link in one of them."""
    await _keep(tx, user_id, msgspec.structs.replace(await _kept(tx, user_id), mail="never"))


async def _kept(tx: Tx, user_id: int) -> Wishes:
    return read((await tx.execute(select(Row.data).where(Row.user_id == user_id))).scalar())


async def _keep(tx: Tx, user_id: int, wishes: Wishes) -> None:
    values = {"data": written(wishes), "changed_at": func.now()}
    made = insert(Row).values(user_id=user_id, **values)
    await tx.execute(made.on_conflict_do_update(index_elements=[Row.user_id], set_=values))
