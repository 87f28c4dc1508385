"""Segments, who is in them, and whom time alone may move."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.customers.models import Customer
from madang.lib.tables import Base, Id, Now


class Segment(Base):
    """A saved condition (:mod:`madang.lib.conditions`) over customers. Its days begin at midnight in ``timezone``.

    ``filled_to``: after the condition became this, customers up to this number have been looked at; null when all have.
    ``members`` is kept with every change of membership.
    """

    __tablename__ = "segment"
    __table_args__ = (
        Index("segment_name_key", text("lower(name)"), unique=True, postgresql_where=text("archived_at is null")),
    )

    id: Mapped[Id]
    name: Mapped[str]
    condition: Mapped[Any] = mapped_column(JSONB)
    timezone: Mapped[str]
    reads: Mapped[list[str]] = mapped_column(ARRAY(Text))  # what has to change for somebody to enter or to leave
    moves: Mapped[bool]  # whether time alone can
    members: Mapped[int] = mapped_column(server_default="0")
    filled_to: Mapped[int | None] = mapped_column(server_default="0")
    created_by: Mapped[str]
    created_at: Mapped[Now]
    changed_at: Mapped[Now]
    archived_at: Mapped[datetime | None]


class SegmentMember(Base):
    """Who is in a segment. Derived from what she is now, so it needs no home: after a merge she is looked at again."""

    __tablename__ = "segment_member"

    segment_id: Mapped[int] = mapped_column(ForeignKey(Segment.id), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True, index=True)
    since: Mapped[Now]


class SegmentDue(Base):
    """Who may enter or leave a segment at a moment though nothing happens: a window has passed."""

    __tablename__ = "segment_due"

    segment_id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
