"""What is watched for and who is told; what is wrong now; which mails went out about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.channels.models import Channel
from madang.lib.jumps import lease, waits
from madang.lib.tables import Base, Id, Json, Now

LEASE = timedelta(minutes=5)  # longer than any send


class AlertSettings(Base):
    """One row, or none as long as nobody has chosen anything."""

    __tablename__ = "alert_settings"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    recipients: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    language: Mapped[str] = mapped_column(server_default="en")
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    channel_id: Mapped[int | None] = mapped_column(ForeignKey(Channel.id))  # by which the mails go; null: any that can
    waiting_minutes: Mapped[int] = mapped_column(BigInteger, server_default="10")
    quarantined: Mapped[int] = mapped_column(BigInteger, server_default="1")
    silence: Mapped[bool] = mapped_column(server_default="true")
    changed_at: Mapped[Now]


class Incident(Base):
    """Something that is wrong, or was. Nobody hears of it before ``opened_at``, or of its end before ``closed_at``.

    ``absent_since`` is when it was first seen to be gone, ``told_at`` when people were last written to about it.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("incident_open_key", "kind", "subject", unique=True, postgresql_where=text("closed_at is null")),
        Index("incident_closed_idx", "kind", "subject", "closed_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    subject: Mapped[str]  # channel:3, reaction:webhooks
    channel_id: Mapped[int | None]
    facts: Mapped[Json]  # name, count, since …: what the words need
    since: Mapped[Now] = mapped_column(info=waits(text("closed_at is null")))
    opened_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None] = mapped_column(info=waits(text("closed_at is null")))
    closed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None] = mapped_column(info=waits())
    over_told: Mapped[bool] = mapped_column(server_default="true")  # false: people believe it still lasts


class AlertMail(Base):
    """One mail to one person. ``state``: 0 waits, 1 is being sent, 2 sent, 3 perhaps sent, 9 failed."""

    __tablename__ = "alert_mail"
    __table_args__ = (Index("alert_mail_due_idx", "due", postgresql_where=text("state in (0, 1)")),)

    id: Mapped[Id]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    problem: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Now]
    due: Mapped[Now] = mapped_column(info=waits(text("state = 0")))
    leased_until: Mapped[datetime | None] = mapped_column(info=lease(LEASE))
