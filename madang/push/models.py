"""Browsers that asked to be told of answers, and what they are still to be told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from madang.channels.models import Channel
from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Now


class Subscription(Base):
    """One browser of one visitor of a chat. ``endpoint`` is where its maker's push service takes what is for it.

    ``kind`` and ``value`` are the visitor's identity; ``page`` is where she was, for when she presses the notice.
    """

    __tablename__ = "push_subscription"
    __table_args__ = (Index(None, "channel_id", "value"),)

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    kind: Mapped[str]
    value: Mapped[str]
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="")
    page: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Now]


class Notice(Base):
    """That a message waits for a visitor who is away: one row a browser, gone when it was told or is too late."""

    __tablename__ = "push_notice"

    subscription_id: Mapped[int] = mapped_column(ForeignKey(Subscription.id, ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    due: Mapped[Now] = mapped_column(info=waits(slack=timedelta(minutes=1)))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    at: Mapped[Now]
