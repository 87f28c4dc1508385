"""What was changed in the settings: one row a field, with what it was and what it became."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base, Id, Now


class SettingChange(Base):
    """One field of one thing. ``field`` '' is the thing itself: made (no before) or removed (no after).

    A secret is never here: ``secret`` says that it was changed. ``brand_id`` is whose setting it is, for the scope.
    ``actor`` is ``user:3``, with the token that spoke for her ``user:3 token:7``.
    """

    __tablename__ = "setting_change"
    __table_args__ = (
        Index("setting_change_subject_idx", "subject", "field", "id"),
        Index("setting_change_page_idx", "page", text("id desc")),
    )

    id: Mapped[Id]
    at: Mapped[Now]
    actor: Mapped[str]
    page: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    field: Mapped[str] = mapped_column(server_default="")
    before: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    after: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    secret: Mapped[bool] = mapped_column(server_default="false")
    brand_id: Mapped[int | None] = mapped_column(BigInteger)
    undone_by: Mapped[str] = mapped_column(server_default="")
    undone_at: Mapped[datetime | None]
