"""Scripts and checklists, and what was ticked in which conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.brands.models import Brand
from madang.conversations.models import Conversation
from madang.lib.tables import Base, Id, Now


class Guide(Base):
    """``topics`` and ``connectors`` say where it offers itself, empty everywhere; ``items`` are its lines, each with a
    key of its own that stays when others are added."""

    __tablename__ = "guide"

    id: Mapped[Id]
    name: Mapped[str]
    brand_id: Mapped[int | None] = mapped_column(ForeignKey(Brand.id))
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    connectors: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    language: Mapped[str] = mapped_column(server_default="")
    items: Mapped[list[Any]] = mapped_column(JSONB)
    place: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[str]
    created_at: Mapped[Now]
    changed_at: Mapped[Now]
    archived_at: Mapped[datetime | None]


class Tick(Base):
    """One line of a guide that was done in a conversation."""

    __tablename__ = "guide_tick"

    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey(Guide.id), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[Now]


class Choice(Base):
    """Which guide stands beside a conversation, where somebody or a macro chose one; null: none."""

    __tablename__ = "guide_choice"

    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    guide_id: Mapped[int | None] = mapped_column(ForeignKey(Guide.id))
    by: Mapped[str]
    at: Mapped[Now]
