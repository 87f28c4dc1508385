"""What each colleague is told, what she wants to be told, and the browsers that may wake her."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.conversations.models import Conversation
from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Json, Now
from madang.staff.models import User


class Notification(Base):
    """One thing one colleague is told, over however many ways. ``key`` names the thing: never two for one."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("notification_key_key", "user_id", "key", unique=True),
        Index("notification_list_idx", "user_id", text("at desc"), text("id desc")),
        Index("notification_unseen_idx", "user_id", postgresql_where=text("seen_at is null")),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    key: Mapped[str]
    kind: Mapped[str]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey(Conversation.id))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[Json]
    at: Mapped[Now]
    seen_at: Mapped[datetime | None]


class Telling(Base):
    """That a notification is still to go out by ``way`` (push or mail): gone when it was told, seen, or is too late."""

    __tablename__ = "notification_telling"

    notification_id: Mapped[int] = mapped_column(
        ForeignKey(Notification.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    way: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[Now] = mapped_column(index=True, info=waits(slack=timedelta(hours=24)))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class Wishes(Base):
    """What she wants to be told by which way, her quiet hours in her own time zone, and how often by mail."""

    __tablename__ = "notification_wishes"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    data: Mapped[Json]
    changed_at: Mapped[Now]


class DeskBrowser(Base):
    """A browser of hers that takes web push. ``endpoint`` is where its maker's service takes what is for it."""

    __tablename__ = "desk_browser"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Now]


class DeskPresence(Base):
    """That somebody sits at her desk, as a page that is looked at has said. Over when ``until`` has passed."""

    __tablename__ = "desk_presence"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    until: Mapped[datetime] = mapped_column(info=waits(slack=timedelta(minutes=2)))
