"""What happened on each channel, counted as it happens: nothing is ever counted by looking through everything.

Whoever changes what an envelope or a message is writes, in the same transaction, how many came into that state and how
many left it. The rows are only ever appended, so that nobody waits for anybody; :func:`fold` sums them up now and then.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.postgres import Tx
from madang.lib.tables import Base, Id, Now

KEPT = timedelta(days=90)  # hours older than this are forgotten; the totals stay
MOST = 50_000  # rows summed up at once


class What(IntEnum):
    """What is counted. Of the states, ``n - gone`` is how many are in it now; ``n`` is how often it was reached."""

    RECEIVED = 1  # deliveries stored
    REPEATED = 2  # deliveries that were known already
    TAKEN_IN = 3
    QUARANTINED = 4
    DISMISSED = 5
    SENT = 6  # or further: delivered, read
    UNSURE = 7
    FAILED = 8
    RETRIED = 9  # sends that are tried again later


class Tally(Base):
    """So many came into a state, so many left it, just now."""

    __tablename__ = "tally"
    __table_args__ = (
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": 0.0, "autovacuum_vacuum_threshold": 2000}},
    )

    id: Mapped[Id]
    channel_id: Mapped[int]
    what: Mapped[int] = mapped_column(SmallInteger)
    n: Mapped[int] = mapped_column(Integer, server_default="0")
    gone: Mapped[int] = mapped_column(Integer, server_default="0")
    at: Mapped[Now]


class TallyHour(Base):
    """The tallies of an hour (UTC), as far as they are folded."""

    __tablename__ = "tally_hour"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[int] = mapped_column(BigInteger)


class TallyTotal(Base):
    """The tallies since the channel began, as far as they are folded."""

    __tablename__ = "tally_total"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime | None]


class Trouble(Base):
    """An outgoing message that is unsure or failed now: few among millions, and the ones to look at."""

    __tablename__ = "trouble"
    __table_args__ = (Index(None, "channel_id", "state", "message_id"),)

    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel_id: Mapped[int]
    state: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[Now]


ALONE = text("select pg_try_advisory_xact_lock(7310)")
FOLD = text("""
with folded as (
  delete from tally where id = any(array(select id from tally order by id limit :most))
  returning channel_id, what, at, n, gone),
hours as (
  insert into tally_hour as t (channel_id, what, hour, n, gone)
  select channel_id, what, date_trunc('hour', at, 'UTC'), sum(n), sum(gone) from folded group by 1, 2, 3
  on conflict (channel_id, what, hour) do update set n = t.n + excluded.n, gone = t.gone + excluded.gone),
totals as (
  insert into tally_total as t (channel_id, what, n, gone, last_at)
  select channel_id, what, sum(n), sum(gone), max(at) filter (where n > 0) from folded group by 1, 2
  on conflict (channel_id, what) do update set n = t.n + excluded.n, gone = t.gone + excluded.gone,
    last_at = greatest(t.last_at, excluded.last_at))
select count(*) from folded
""")
FORGET = text("delete from tally_hour where hour < now() - cast(:kept as interval)")


async def fold(tx: Tx, most: int = MOST) -> int:
    """Sum up what was appended; returns how many rows that were, 0 too when another worker is at it."""
    if not (await tx.execute(ALONE)).scalar_one():
        return 0
    done: int = (await tx.execute(FOLD, {"most": most})).scalar_one()
    return done


async def forget(tx: Tx) -> None:
    """Let go of hours that no graph shows any more."""
    await tx.execute(FORGET, {"kept": KEPT})
