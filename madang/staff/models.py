"""The people of the house, their teams, and how they prove who they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base, Id, Now

ROLES = ("administrator", "lead", "agent", "viewer")
SEES = ("all", "team", "assigned")


class User(Base):
    """An agent in the wide sense. ``sees`` narrows which conversations exist for her (staff/permissions.py)."""

    __tablename__ = "user"
    __table_args__ = (
        Index("user_email_key", text("lower(email)"), unique=True, postgresql_where=text("retired_at is null")),
        CheckConstraint(f"role in {ROLES}", name="role"),
        CheckConstraint(f"sees in {SEES}", name="sees"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str] = mapped_column(server_default="")
    role: Mapped[str] = mapped_column(server_default="agent")
    sees: Mapped[str] = mapped_column(server_default="all")
    all_brands: Mapped[bool] = mapped_column(server_default="true")
    language: Mapped[str] = mapped_column(server_default="ko")
    timezone: Mapped[str] = mapped_column(server_default="Asia/Seoul")
    theme: Mapped[str] = mapped_column(server_default="auto")
    density: Mapped[str] = mapped_column(server_default="roomy")
    keys: Mapped[str] = mapped_column(server_default="letters")
    created_at: Mapped[Now]
    last_seen_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class Preference(Base):
    """One wish of somebody about her desk, by name: the order of her cards, how long she may take an answer back."""

    __tablename__ = "preference"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)


class UserBrand(Base):
    """The brands a user with ``all_brands`` false may see."""

    __tablename__ = "user_brand"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(primary_key=True)  # brands | staff may not see each other


class Team(Base):
    """A group that shares work. The name of a retired one is free again."""

    __tablename__ = "team"
    __table_args__ = (
        Index("team_name_key", text("lower(name)"), unique=True, postgresql_where=text("retired_at is null")),
    )

    id: Mapped[Id]
    name: Mapped[str]
    created_at: Mapped[Now]
    retired_at: Mapped[datetime | None]


class TeamMember(Base):
    """Who is in which team."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)


class Session(Base):
    """A signed-in browser. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[Now]
    seen_at: Mapped[Now]
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(server_default="")
    remote: Mapped[str] = mapped_column(server_default="")


class Invitation(Base):
    """A link that makes one user, once, until it expires. The first-run link is one too (``first``, never expires).

    It says all that she will be allowed, so that nobody stands in the house for a moment with more.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(f"role in {ROLES}", name="role"),
        CheckConstraint(f"sees in {SEES}", name="sees"),
    )

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    email: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str] = mapped_column(server_default="")
    role: Mapped[str]
    sees: Mapped[str] = mapped_column(server_default="all")
    all_brands: Mapped[bool] = mapped_column(server_default="true")
    brand_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    team_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    first: Mapped[bool] = mapped_column(server_default="false")
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Now]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A link, made by an administrator, that sets one user's password once."""

    __tablename__ = "password_reset"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A program's key; shown once, kept as SHA-256. Acts with a role: on everything, or for one person, as she may.

    ``user_id``: for whom it speaks. What she may not do it may not either, and it dies when she is retired.
    """

    __tablename__ = "api_token"

    id: Mapped[Id]
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    prefix: Mapped[str]
    role: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Now]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Attempt(Base):
    """Counted tries (sign-in, reset, widget) in one window, for rate limits that hold over processes."""

    __tablename__ = "attempt"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    bucket: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(server_default="1")
