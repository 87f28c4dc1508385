"""What others may read of staff. Nothing secret is in any row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from madang.lib.crypto import token_hash
from madang.lib.postgres import Tx
from madang.staff.grants import Grant
from madang.staff.models import ApiToken, Invitation, Preference, Session, Team, TeamMember, User
from madang.staff.permissions import Role
from madang.staff.sessions import IDLE
from madang.staff.viewers import people


@dataclass(frozen=True, slots=True)
class UserRow:
    """An active user."""

    id: int
    name: str
    email: str
    grant: Grant
    language: str
    timezone: str
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A living team with the ids of its active members."""

    id: int
    name: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that still works."""

    id: int
    email: str
    name: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A program's key. ``speaks_for``: the person's name, '' for one of its own. ``…_retired``: she has left."""

    id: int
    name: str
    prefix: str
    role: Role
    created_by: str
    by_retired: bool
    speaks_for: str
    speaks_for_retired: bool
    user_id: int | None
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser. ``id`` names it for ending it; it cannot be turned back into the cookie."""

    id: str
    agent: str
    remote: str
    created_at: datetime
    seen_at: datetime
    current: bool


async def users(tx: Tx) -> list[UserRow]:
    """Active users by name."""
    query = people().add_columns(User.last_seen_at).order_by(func.lower(User.name), User.id)
    return [_user(row) for row in await tx.execute(query)]


async def user_names(tx: Tx) -> dict[int, str]:
    """Every user's name by id, retired ones too: history names them."""
    return {row.id: row.name for row in await tx.execute(select(User.id, User.name))}


async def preferences(tx: Tx, user_id: int | None) -> dict[str, Any]:
    """What somebody wants of her desk, by name; what she never said is not there. A token wants nothing."""
    query = select(Preference.name, Preference.value).where(Preference.user_id == (user_id or 0))
    return {row.name: row.value for row in await tx.execute(query)}


async def teams(tx: Tx) -> list[TeamRow]:
    """Living teams by name."""
    return [TeamRow(row.id, row.name, tuple(sorted(row.members or ()))) for row in await tx.execute(_teams())]


@cache  # to build it takes longer than to run it
def _teams() -> Select[*tuple[Any, ...]]:
    active = TeamMember.user_id.in_(select(User.id).where(User.retired_at.is_(None)))
    members = select(func.array_agg(TeamMember.user_id)).where(TeamMember.team_id == Team.id, active).scalar_subquery()
    query = select(Team.id, Team.name, members.label("members")).where(Team.retired_at.is_(None))
    return query.order_by(func.lower(Team.name), Team.id)


async def invitations(tx: Tx) -> list[InvitationRow]:
    """Links that still work, newest first."""
    columns = (Invitation.id, Invitation.email, Invitation.name, Invitation.role, Invitation.created_at)
    query = (
        select(*columns, Invitation.expires_at, func.coalesce(User.name, "").label("invited_by"))
        .outerjoin(User, User.id == Invitation.invited_by)
        .where(Invitation.first.is_(False), Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .where(Invitation.expires_at > func.now())
        .order_by(Invitation.id.desc())
    )
    return [InvitationRow(**row) for row in (await tx.execute(query)).mappings()]


async def tokens(tx: Tx) -> list[TokenRow]:
    """Keys that nobody has revoked, newest first. One that speaks for a person who has left works no more."""
    her = aliased(User)
    query = (
        select(
            ApiToken.id,
            ApiToken.name,
            ApiToken.prefix,
            ApiToken.role,
            func.coalesce(User.name, "").label("created_by"),
            User.retired_at.is_not(None).label("by_retired"),
            func.coalesce(her.name, "").label("speaks_for"),
            her.retired_at.is_not(None).label("speaks_for_retired"),
            ApiToken.user_id,
            ApiToken.created_at,
            ApiToken.used_at,
        )
        .outerjoin(User, User.id == ApiToken.created_by)
        .outerjoin(her, her.id == ApiToken.user_id)
        .where(ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return [TokenRow(**row) for row in (await tx.execute(query)).mappings()]


async def sessions_of(tx: Tx, user_id: int, current: str = "") -> list[SessionRow]:
    """Her signed-in browsers, the last seen first. ``current`` is the token of the one that asks."""
    alive = (Session.expires_at > func.now(), Session.seen_at > func.now() - IDLE)
    query = select(Session).where(Session.user_id == user_id, *alive).order_by(Session.seen_at.desc())
    here = token_hash(current)
    return [
        SessionRow(row.token_hash.hex(), row.agent, row.remote, row.created_at, row.seen_at, row.token_hash == here)
        for row in await tx.execute(query)
    ]


def _user(row: Any) -> UserRow:
    brands = None if row.all_brands else frozenset(row.brand_ids)
    grant = Grant(row.role, row.sees, brands, frozenset(row.team_ids))
    return UserRow(row.id, row.name, row.email, grant, row.language, row.timezone, row.last_seen_at)
