"""Macros and saved replies."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.brands.models import Brand
from madang.conversations.models import Conversation
from madang.lib.tables import Base, Id, Json, Now
from madang.staff.models import Team, User


class Macro(Base):
    """Steps in order (docs/macros.md). ``owner_id`` null: shared with everybody, with ``team_id``, in ``brand_id``."""

    __tablename__ = "macro"
    __table_args__ = (
        Index(
            "macro_name_key",
            text("coalesce(owner_id, 0)"),
            text("lower(name)"),
            unique=True,
            postgresql_where=text("archived_at is null"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey(Brand.id))
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    uses: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[Now]
    changed_at: Mapped[Now]
    archived_at: Mapped[datetime | None]


class MacroFile(Base):
    """A file that goes with a macro's words. ``key`` names it in the macro's steps; its bytes lie in the file store."""

    __tablename__ = "macro_file"

    key: Mapped[str] = mapped_column(primary_key=True)
    macro_id: Mapped[int] = mapped_column(ForeignKey(Macro.id), index=True)
    sha256: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]


class MacroRun(Base):
    """One use of a macro, under the key of whoever pressed it: pressed again, it is the same use.

    ``done`` is what each step changed, from what to what: by it the use is taken back. Empty: only its text was
    inserted.
    """

    __tablename__ = "macro_run"
    __table_args__ = (Index("macro_run_by_idx", "by", text("at desc")),)

    key: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    macro_id: Mapped[int] = mapped_column(ForeignKey(Macro.id), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    done: Mapped[Json]
    by: Mapped[str]
    at: Mapped[Now]
    undone_at: Mapped[datetime | None]
