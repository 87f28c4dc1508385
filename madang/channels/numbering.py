"""What providers count, and what of it never reached us: the nouns of gap detection. ``gaps.py`` fills them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Now


class Numbered(Base):
    """A delivery that came with a number in its provider's own counting. Appended; folded into :class:`Stream`."""

    __tablename__ = "numbered"

    id: Mapped[Id]
    channel_id: Mapped[int]
    stream: Mapped[str]
    number: Mapped[int]


class Stream(Base):
    """One counting of a provider: which of its numbers we have. ``low`` is where our interest begins."""

    __tablename__ = "stream"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(primary_key=True)
    low: Mapped[int]
    top: Mapped[int]
    seen: Mapped[Any] = mapped_column(INT8MULTIRANGE)


class Gap(Base):
    """Numbers between ``low`` and ``high`` that never came; ``missing`` shrinks as they do.

    ``how`` it was closed: filled, gone (no longer at the provider), dismissed (by a person, with her reason).
    """

    __tablename__ = "gap"
    __table_args__ = (
        Index("gap_open_idx", "channel_id", "id", postgresql_where=text("closed_at is null")),
        Index(None, "channel_id", "id"),
    )

    id: Mapped[Id]
    channel_id: Mapped[int]
    stream: Mapped[str]
    low: Mapped[int]
    high: Mapped[int]
    missing: Mapped[Any] = mapped_column(INT8MULTIRANGE)
    since: Mapped[datetime | None]  # when the provider got the oldest of them, if it says
    found_at: Mapped[Now] = mapped_column(info=waits(text("closed_at is null")))
    told: Mapped[bool] = mapped_column(server_default="false")  # there is an event of it: it lasts
    asked_at: Mapped[datetime | None]  # a person wants them fetched again
    problem: Mapped[str] = mapped_column(server_default="")  # why that did not work
    closed_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")


class Stocktaking(Base):
    """The last look at what a provider has. ``behind``: how much lies there that we have not fetched yet."""

    __tablename__ = "stocktaking"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Now] = mapped_column(info=waits())
    behind: Mapped[int] = mapped_column(BigInteger, server_default="0")
    behind_since: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(server_default="")


class Replay(Base):
    """A range of envelopes given in again, in pieces, by the workers. ``position`` is the last envelope looked at."""

    __tablename__ = "replay"
    __table_args__ = (Index("replay_open_idx", "id", postgresql_where=text("ended_at is null")),)

    id: Mapped[Id]
    channel_id: Mapped[int]
    first_id: Mapped[int]
    last_id: Mapped[int]
    position: Mapped[int]
    wanted: Mapped[int]  # how many it is about, as far as that was counted
    done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    actor: Mapped[str]
    at: Mapped[Now]
    ended_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(server_default="false")  # by a person, before its end
