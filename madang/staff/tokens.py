"""Who a bearer token is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from madang.events.record import Actor
from madang.lib.crypto import token_hash
from madang.lib.postgres import Tx
from madang.staff.grants import LADDER
from madang.staff.models import ApiToken
from madang.staff.permissions import EVERYTHING, Viewer
from madang.staff.viewers import viewer_of_user

_FRESH = timedelta(minutes=1)


async def viewer_of_bearer(tx: Tx, token: str) -> Viewer | None:
    """The program behind ``token`` as a viewer; None for an unknown or revoked one.

    One that speaks for a person is she, with the lesser of both roles; None when she has left.
    """
    if not token:
        return None
    stale = or_(ApiToken.used_at.is_(None), ApiToken.used_at < func.now() - _FRESH)
    query = select(ApiToken.id, ApiToken.name, ApiToken.role, ApiToken.user_id, stale.label("stale")).where(
        ApiToken.token_hash == token_hash(token), ApiToken.revoked_at.is_(None)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    if row.stale:
        await tx.execute(update(ApiToken).where(ApiToken.id == row.id).values(used_at=func.now()))
    if row.user_id is not None:
        her = await viewer_of_user(tx, row.user_id)
        return _speaking(her, row) if her else None
    return Viewer(Actor("token", row.id), row.name, row.role, EVERYTHING, language="en", timezone="UTC")


def _speaking(her: Viewer, row: Any) -> Viewer:
    """She, with the lesser of both roles; what she does names the token beside her."""
    return replace(her, role=min(her.role, row.role, key=LADDER.index), actor=replace(her.actor, token=row.id))
