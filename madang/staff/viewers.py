"""From a row to a :class:`Viewer`: who looks, and what exists for her."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, cast, func, literal, select

from madang.events.record import Actor
from madang.lib.postgres import Tx
from madang.staff.models import TeamMember, User, UserBrand
from madang.staff.permissions import Scope, Viewer

_NONE = cast(literal([], ARRAY(BigInteger)), ARRAY(BigInteger))


@cache  # to build it takes longer than to run it
def people() -> Select[*tuple[Any, ...]]:
    """Active users with their teams and brands. A retired team still shows its members what it had."""
    teams = select(func.array_agg(TeamMember.team_id)).where(TeamMember.user_id == User.id).scalar_subquery()
    brands = select(func.array_agg(UserBrand.brand_id)).where(UserBrand.user_id == User.id).scalar_subquery()
    return select(
        User.id,
        User.name,
        User.email,
        User.role,
        User.sees,
        User.all_brands,
        User.language,
        User.timezone,
        User.theme,
        User.density,
        User.keys,
        func.coalesce(teams, _NONE).label("team_ids"),
        func.coalesce(brands, _NONE).label("brand_ids"),
    ).where(User.retired_at.is_(None))


def viewer(row: Any) -> Viewer:
    """The viewer a row of :func:`people` is."""
    scope = Scope(
        user_id=row.id,
        brands=None if row.all_brands else frozenset(row.brand_ids),
        teams=frozenset(row.team_ids),
        sees=row.sees,
    )
    return Viewer(
        actor=Actor("user", row.id),
        name=row.name,
        role=row.role,
        scope=scope,
        user_id=row.id,
        email=row.email,
        language=row.language,
        timezone=row.timezone,
        theme=row.theme,
        density=row.density,
        keys=row.keys,
    )


async def viewer_of_user(tx: Tx, user_id: int) -> Viewer | None:
    """The user as a viewer; None when there is no such active user."""
    row = (await tx.execute(people().where(User.id == user_id))).one_or_none()
    return viewer(row) if row else None


async def viewers(tx: Tx) -> list[Viewer]:
    """All active users as viewers, by name."""
    rows = await tx.execute(people().order_by(func.lower(User.name), User.id))
    return [viewer(row) for row in rows]
