"""Who is told of what happens, and what became of each telling."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.jumps import lease, waits
from madang.lib.tables import Base, Id, Json, Now

LEASE = timedelta(minutes=2)


class Stage(IntEnum):
    """How far one delivery is. FAILED and DROPPED can be given in again (replay)."""

    WAITING = 0
    DONE = 1
    FAILED = 2  # a day of tries, or the receiver said that it is gone
    DROPPED = 3  # never sent: out of its scope by then, or what it is about is not there any more


class Webhook(Base):
    """A receiver: an address, the kinds it is told of, and the scope that bounds what exists for it.

    ``kinds`` are patterns of the catalogue: ``*``, ``message.*``, ``message.received``. ``failures`` counts tries in a
    row without success, since ``failing_since``; until ``rest_until`` nothing is sent. ``disabled_why``: ``person``,
    ``gone`` or ``failing``.
    """

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("sees in ('all', 'team')", name="sees"),)

    id: Mapped[Id]
    description: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    all_brands: Mapped[bool] = mapped_column(server_default="true")
    brand_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    sees: Mapped[str] = mapped_column(server_default="all")
    team_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    made_by: Mapped[str]
    created_at: Mapped[Now]
    failures: Mapped[int] = mapped_column(server_default="0")
    failing_since: Mapped[datetime | None] = mapped_column(info=waits())
    rest_until: Mapped[datetime | None] = mapped_column(info=waits())
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str] = mapped_column(server_default="")
    problem: Mapped[str] = mapped_column(server_default="")
    retired_at: Mapped[datetime | None]


class WebhookSecret(Base):
    """A signing secret, sealed. ``expires_at`` is set when a newer one took its place."""

    __tablename__ = "webhook_secret"

    id: Mapped[Id]
    webhook_id: Mapped[int] = mapped_column(ForeignKey(Webhook.id), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Now]
    expires_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One event for one receiver. Its number orders the deliveries of a conversation; nothing personal is kept in it.

    ``event_id`` is null for a test. ``due`` is when it may be tried next, ``leased_until`` set while a worker sends it.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("webhook_delivery_event_key", "webhook_id", "event_id", unique=True),
        Index("webhook_delivery_due_idx", "webhook_id", "due", "id", postgresql_where=text("stage = 0")),
        Index("webhook_delivery_lane_idx", "webhook_id", "conversation_id", "id", postgresql_where=text("stage = 0")),
        Index("webhook_delivery_lease_idx", "leased_until", postgresql_where=text("leased_until is not null")),
        Index("webhook_delivery_list_idx", "webhook_id", text("id desc")),
        Index("webhook_delivery_failed_idx", "webhook_id", text("id desc"), postgresql_where=text("stage = 2")),
        Index("webhook_delivery_ended_idx", "ended_at", postgresql_where=text("ended_at is not null")),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[Id]
    webhook_id: Mapped[int] = mapped_column(ForeignKey(Webhook.id))
    event_id: Mapped[int | None]
    kind: Mapped[str]
    conversation_id: Mapped[int | None]
    stage: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[Now]
    due: Mapped[Now] = mapped_column(info=waits(text("stage = 0 and leased_until is null")))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    leased_until: Mapped[datetime | None] = mapped_column(info=lease(LEASE))
    leased_by: Mapped[str] = mapped_column(server_default="")
    ended_at: Mapped[datetime | None]
    status: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # what was answered last; 0 nothing
    problem: Mapped[str] = mapped_column(server_default="")


class WebhookAttempt(Base):
    """One try, as it went over the wire. Of the body only its size and digest: the words stay where they can be erased.

    ``answer`` is the beginning of what the receiver said.
    """

    __tablename__ = "webhook_attempt"

    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey(WebhookDelivery.id, ondelete="CASCADE"), index=True)
    at: Mapped[Now]
    took_ms: Mapped[int]
    status: Mapped[int] = mapped_column(SmallInteger)
    problem: Mapped[str] = mapped_column(server_default="")
    sent_headers: Mapped[Json]
    size: Mapped[int]
    digest: Mapped[str]
    answer_headers: Mapped[Json]
    answer: Mapped[str] = mapped_column(server_default="")
