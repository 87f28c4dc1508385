"""Macros and saved replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.brands.models import Brand
from madang.lib.tables import Base, Id, Now
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
