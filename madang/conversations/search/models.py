"""The index: derived from messages and customers, made anew at any time, read by nothing but the search."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base

# What comes in waits in a short list that a search reads through, and goes into the tree in one go when it is full:
# written one by one a message costs three times as much, and a long list would cost every search.
_GIN: dict[str, Any] = {
    "postgresql_using": "gin",
    "postgresql_with": {"fastupdate": "on", "gin_pending_list_limit": "512"},
}


class SearchEntry(Base):
    """A message by its tokens. Those with a ``#`` say where it stands: ``#b3`` its brand, ``#c7`` its channel,
    ``#in`` ``#out`` ``#note`` who said it, ``#file`` that it brings files, ``#d20260314`` and ``#m202603`` when."""

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("search_entry_tokens_idx", "tokens", **_GIN),
        {"postgresql_partition_by": "RANGE (message_id)"},
    )

    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversation_id: Mapped[int]
    tokens: Mapped[str] = mapped_column(TSVECTOR)


class SearchPerson(Base):
    """A customer by name, 초성 and addresses."""

    __tablename__ = "search_person"
    __table_args__ = (Index("search_person_tokens_idx", "tokens", **_GIN),)

    customer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tokens: Mapped[str] = mapped_column(TSVECTOR)


class SearchBackfill(Base):
    """How far the past of ``what`` is indexed by tokens of ``version``: from the newest down to ``below``; 0: all."""

    __tablename__ = "search_backfill"

    what: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    below: Mapped[int]
