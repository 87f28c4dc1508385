"""What somebody wants to be told: hers alone, no event, and she can take it back."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from madang.changes.actions import Subject, note
from madang.events.record import Actor
from madang.lib.postgres import Tx
from madang.notifications.actions.telling import ring
from madang.notifications.models import Wishes as Row
from madang.notifications.wishes import Wishes, read, settings, written
from madang.staff.permissions import Viewer


async def change(tx: Tx, viewer: Viewer, wishes: Wishes) -> None:
    """Keep all of it."""
    if viewer.user_id is not None:
        await _keep(tx, viewer.user_id, await _kept(tx, viewer.user_id), wishes)


async def disturb_again_at(tx: Tx, viewer: Viewer, until: datetime | None) -> None:
    """Not to be disturbed before; None: at once."""
    if viewer.user_id is not None:
        before = await _kept(tx, viewer.user_id)
        await _keep(tx, viewer.user_id, before, msgspec.structs.replace(before, until=until))
        await ring(tx, {viewer.user_id})


async def mail_no_more(tx: Tx, user_id: int) -> None:
    """No mails of this kind, by the link in one of them."""
    before = await _kept(tx, user_id)
    await _keep(tx, user_id, before, msgspec.structs.replace(before, mail="never"))


async def _kept(tx: Tx, user_id: int) -> Wishes:
    return read((await tx.execute(select(Row.data).where(Row.user_id == user_id))).scalar())


async def _keep(tx: Tx, user_id: int, before: Wishes, wishes: Wishes) -> None:
    actor, was, now = Actor("user", user_id), settings(before), settings(wishes)
    gone = dict.fromkeys(was.keys() - now.keys())  # views that are watched no more
    await note(tx, actor, Subject("notifications", str(actor)), was, gone | now)
    values = {"data": written(wishes), "changed_at": func.now()}
    made = insert(Row).values(user_id=user_id, **values)
    await tx.execute(made.on_conflict_do_update(index_elements=[Row.user_id], set_=values))
