"""A wish that is the whole house's: each keeps her own under one name, and what was said last counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from madang.lib.postgres import Tx
from madang.staff.models import Preference, User


async def said_last(tx: Tx, name: str) -> Any:
    """The value of the wish ``name`` with the greatest ``at`` (seconds since 1970) of all who are here; else None."""
    here = select(User.id).where(User.retired_at.is_(None))
    query = select(Preference.value).where(Preference.name == name, Preference.user_id.in_(here))
    query = (
        query.where(func.jsonb_typeof(Preference.value["at"]) == "number")
        .order_by(Preference.value["at"].desc())
        .limit(1)
    )
    return (await tx.execute(query)).scalar_one_or_none()
