"""What colleagues at the counter leave for the next time a customer comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from madang.customers.records import CustomerNote
from madang.lib.tables import Base


class VisitNote(Base):
    """A customer's note that stands on top at her next visit, until somebody has seen to it."""

    __tablename__ = "visit_note"

    note_id: Mapped[int] = mapped_column(ForeignKey(CustomerNote.id), primary_key=True)
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(server_default="")
