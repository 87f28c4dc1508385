"""A code that was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.channels.models import Channel
from madang.customers.belonging import Belongs
from madang.lib.jumps import lease, waits
from madang.lib.tables import Base, Id, Now

LASTS = timedelta(minutes=10)  # from the moment it goes out, and as long it may wait to go out
LEASE = timedelta(minutes=3)  # longer than a send may take
TRIES = 5  # at the code
SENDS = 4  # tries to hand it to the provider


class Challenge(Belongs, Base):
    """That a code goes to an address which somebody said is hers, and what became of it.

    The code is made when it is handed over, anew at every try, and only its keyed hash is kept. ``outcome`` is '' while
    it is open, then proven, replaced (by a newer one), withdrawn (she said the address is wrong), tries (too many wrong
    ones) or failed (it could not be sent: ``problem``).
    """

    __tablename__ = "challenge"
    __table_args__ = (
        Index("challenge_customer_idx", "customer_id", text("id desc")),
        Index("challenge_home_idx", "home_id", postgresql_where=text("home_id is not null")),
        Index("challenge_due_idx", "due", postgresql_where=text("outcome = '' and sent_at is null")),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    value: Mapped[str]
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    language: Mapped[str] = mapped_column(server_default="")
    by: Mapped[str]  # the event actor who asked
    at: Mapped[Now]
    due: Mapped[Now] = mapped_column(info=waits(text("leased_until is null")))
    leased_until: Mapped[datetime | None] = mapped_column(info=lease(LEASE))
    sends: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    digest: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime] = mapped_column(info=waits(slack=LASTS))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    sent_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="")
    problem: Mapped[str] = mapped_column(server_default="")
    over_at: Mapped[datetime | None]
