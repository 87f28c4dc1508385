"""What the counts found: a snapshot a day, the customers with a problem, addresses from which mail came back.

Everything here is derived from what customers are and made anew by every count: no row needs a home or a key to hers.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, Date, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base, Id, Json, Now


class QualityCount(Base):
    """One count of all customers, carried on from batch to batch by whichever worker comes; one at a time.

    ``months``: without a word after which somebody is stale; 0 until a worker has begun. Our answers up to
    ``message_id`` have been looked at for returned ones, to the end at ``newest_message_id``; then customers are
    counted, so far up to ``customer_id``, into ``sums`` by brand, ``0`` everybody.
    """

    __tablename__ = "quality_count"
    __table_args__ = (
        Index("quality_count_running_key", text("(true)"), unique=True, postgresql_where=text("finished_at is null")),
    )

    id: Mapped[Id]
    by: Mapped[str]
    months: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    began_at: Mapped[Now]
    finished_at: Mapped[datetime | None]
    message_id: Mapped[int] = mapped_column(server_default="0")
    newest_message_id: Mapped[int] = mapped_column(server_default="0")
    customer_id: Mapped[int] = mapped_column(server_default="0")
    sums: Mapped[Json]


class QualitySnapshot(Base):
    """The last count of a day (UTC) for a brand, 0 for everybody. ``counts``: see ``measures.py``."""

    __tablename__ = "quality_snapshot"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]
    counts: Mapped[Json]


class QualityMark(Base):
    """A customer with a problem, as the last count found her; ``brands``: where she has it."""

    __tablename__ = "quality_mark"
    __table_args__ = (Index("quality_mark_measure_idx", "measure", "customer_id"),)

    customer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    brands: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class QualityBounce(Base):
    """The last answer to an address that came back as not deliverable."""

    __tablename__ = "quality_bounce"

    identity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int]
    at: Mapped[datetime]
