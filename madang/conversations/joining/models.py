"""Which conversations were merged, what came from where, and which are only linked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from madang.conversations.models import Conversation
from madang.lib.tables import Base, Id, Json, Now


class Joined(Base):
    """One merge: ``from_id`` gave its messages to ``into_id``. ``data`` is what undoing puts back."""

    __tablename__ = "conversation_joined"

    id: Mapped[Id]
    from_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    message_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    data: Mapped[Json]
    by: Mapped[str]
    at: Mapped[Now]
    undone_at: Mapped[datetime | None]


class Link(Base):
    """Two conversations that have to do with each other, the smaller number first."""

    __tablename__ = "conversation_link"

    a_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True, index=True)
    by: Mapped[str]
    at: Mapped[Now]
