"""What happened, and how far each reader has read."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Json, Now, Xid8


class Event(Base):
    """A fact, append-only: a trigger refuses UPDATE and DELETE, and computes ``digest``.

    ``actor`` is ``user:3``, ``token:4``, ``customer:9``, ``bot:1`` or ``system``. The position of an event in the log
    is ``(tx, id)``, readable once ``tx < pg_snapshot_xmin(pg_current_snapshot())``.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "tx", "id"),
        Index(None, "conversation_id", "id", postgresql_where=text("conversation_id is not null")),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[Id]
    tx: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    kind: Mapped[str]
    actor: Mapped[str]
    at: Mapped[Now]
    conversation_id: Mapped[int | None]
    message_id: Mapped[int | None]
    customer_id: Mapped[int | None]
    data: Mapped[Json]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class Seal(Base):
    """One link of the audit chain: ``hash = sha256(prev || digests of its events in log order)``."""

    __tablename__ = "seal"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    to_tx: Mapped[int] = mapped_column(Xid8())
    to_id: Mapped[int]
    rows: Mapped[int]
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Now]


class Position(Base):
    """How far one reaction has read. ``failures`` counts tries of the batch it stands before."""

    __tablename__ = "reaction_position"

    reaction: Mapped[str] = mapped_column(primary_key=True)
    tx: Mapped[int] = mapped_column(Xid8())
    id: Mapped[int]
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    retry_at: Mapped[datetime | None] = mapped_column(info=waits())


class DeadLetter(Base):
    """An event one reaction could not take in, kept for a person to see and replay."""

    __tablename__ = "dead_letter"

    id: Mapped[Id]
    reaction: Mapped[str] = mapped_column(index=True)
    event_id: Mapped[int]
    error: Mapped[str]
    at: Mapped[Now]
    replayed_at: Mapped[datetime | None]
    dismissed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")  # why it was dismissed


class Heartbeat(Base):
    """A process that works says so every few seconds; ``/readyz`` reads it."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[Now] = mapped_column(info=waits(slack=timedelta()))  # of the future it would outlive its process
    memory: Mapped[int] = mapped_column(server_default="0")  # resident bytes
