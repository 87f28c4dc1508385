"""Saved views, who follows a conversation, who was mentioned, and how far each has read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.conversations.models import Conversation, Message
from madang.lib.tables import Base, Id, Now
from madang.staff.models import Team, User


class SavedView(Base):
    """A list by a condition (:mod:`madang.lib.conditions`) over conversations, in an order.

    ``owner_id`` null: shared with everybody, or with ``team_id``. ``place`` orders each one's list of views.
    """

    __tablename__ = "saved_view"

    id: Mapped[Id]
    name: Mapped[str]
    icon: Mapped[str] = mapped_column(server_default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    condition: Mapped[Any] = mapped_column(JSONB)
    sort: Mapped[str] = mapped_column(server_default="newest")
    place: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[str]
    created_at: Mapped[Now]
    changed_at: Mapped[Now]
    archived_at: Mapped[datetime | None]


class Follower(Base):
    """Who wants to hear of a conversation that is not hers."""

    __tablename__ = "follower"

    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True, index=True)
    at: Mapped[Now]


class Mention(Base):
    """A note that names a colleague; ``seen_at`` is when she opened the conversation after it."""

    __tablename__ = "mention"
    __table_args__ = (
        Index("mention_unseen_idx", "user_id", postgresql_where=text("seen_at is null")),
        Index("mention_user_idx", "user_id", text("message_id desc")),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    at: Mapped[Now]
    seen_at: Mapped[datetime | None]


class Reading(Base):
    """How far somebody has read: up to this message; 0 when it is marked unread by hand, or was handed to her.

    Without a row she has read what the team has read.
    """

    __tablename__ = "reading"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    message_id: Mapped[int]
    at: Mapped[Now]
