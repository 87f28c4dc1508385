"""Configured channels, and every raw delivery exactly as it came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.brands.models import Brand
from madang.lib.tables import Base, Id, Json, Now


class Channel(Base):
    """One configured connection on a connector. ``key`` is public: it names the hook URL and the widget.

    ``secrets`` is sealed with the house's key. ``problem`` says in plain words why it does not work now.
    """

    __tablename__ = "channel"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    connector: Mapped[str]
    name: Mapped[str]
    brand_id: Mapped[int] = mapped_column(ForeignKey(Brand.id))
    settings: Mapped[Json]
    secrets: Mapped[bytes] = mapped_column(LargeBinary, server_default="")
    cursor: Mapped[str] = mapped_column(server_default="")
    problem: Mapped[str] = mapped_column(server_default="")
    paused_at: Mapped[datetime | None]
    created_at: Mapped[Now]
    retired_at: Mapped[datetime | None]


class DeliveryKey(Base):
    """The narrow dedupe table: a key is taken once per channel."""

    __tablename__ = "delivery_key"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    envelope_id: Mapped[int]


class Envelope(Base):
    """One raw delivery. Large bodies lie in the file store under ``file`` (SHA-256), small ones in ``body``.

    ``state``: 0 waiting, 1 taken in, 2 quarantined (``reason`` says why), 3 dismissed.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        Index("envelope_waiting_idx", "lane", "id", postgresql_where=text("state = 0")),
        Index("envelope_quarantine_idx", "channel_id", "id", postgresql_where=text("state = 2")),
        Index("envelope_reason_idx", "channel_id", text("md5(reason)"), postgresql_where=text("state = 2")),
        Index("envelope_aside_idx", "channel_id", "id", postgresql_where=text("state = 3")),
        CheckConstraint("state between 0 and 3", name="state"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    key: Mapped[str]
    lane: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    body: Mapped[bytes] = mapped_column(LargeBinary)
    file: Mapped[str] = mapped_column(server_default="")
    meta: Mapped[Json]
    reason: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Now]
    again: Mapped[bool] = mapped_column(server_default="false")  # was taken in once: only what is missing is added
    dismissal: Mapped[str] = mapped_column(server_default="")  # why a person put it aside


class ChannelTemplate(Base):
    """A text that the channel's provider has approved, or not yet, as it was when last asked.

    ``body`` writes places as ``#{name}``. One that the provider does not have any more is ``gone``.
    """

    __tablename__ = "channel_template"
    __table_args__ = (UniqueConstraint("channel_id", "provider_id", "language"),)

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    provider_id: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]  # TemplateState
    category: Mapped[str] = mapped_column(server_default="")
    places: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    buttons: Mapped[Any] = mapped_column(JSONB, server_default="[]")  # [{label, value, url}]
    problem: Mapped[str] = mapped_column(server_default="")
    wait: Mapped[str] = mapped_column(server_default="")
    synced_at: Mapped[Now]
