"""A connected CRM, which contact there is which customer here, and what waits to be looked at."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.customers.belonging import Belongs
from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Json, Now


class State(IntEnum):
    """How far it is. CHECKING and FILLING are the workers', LIVE is what it stays; the others wait for a person."""

    MAPPING = 0
    CHECKING = 1
    CHECKED = 2
    FILLING = 3
    LIVE = 4


class CrmAccount(Base):
    """One account of a CRM. ``key`` is public: it names the webhook address. ``secrets`` is sealed.

    ``mapping``: ``{"pairs": [{field, theirs, way, wins}]}``; ``properties``: those the CRM offers, as last read.
    ``position``: how far the first sync is; ``cursor``: how far changes there are known. ``checked`` is what the dry
    run counted, ``counts`` what has been done since it began.
    """

    __tablename__ = "crm_account"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    connector: Mapped[str]
    name: Mapped[str]
    account: Mapped[str] = mapped_column(server_default="")  # what it is called there
    settings: Mapped[Json]
    secrets: Mapped[bytes] = mapped_column(LargeBinary, server_default="")
    mapping: Mapped[Json]
    options: Mapped[Json]
    properties: Mapped[Json]
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    position: Mapped[Json]
    cursor: Mapped[str] = mapped_column(server_default="")
    counts: Mapped[Json]
    checked: Mapped[Json]
    problem: Mapped[str] = mapped_column(server_default="")
    rest_until: Mapped[datetime | None] = mapped_column(info=waits())  # it asked us to wait, or is away
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    heard_at: Mapped[datetime | None]  # the last webhook
    looked_at: Mapped[datetime | None] = mapped_column(info=waits())  # the last look for changes that went well
    sent_at: Mapped[datetime | None]  # the last write there
    by: Mapped[str]
    created_at: Mapped[Now]
    paused_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class CrmLink(Belongs, Base):
    """That a contact there is this customer. Merged customers may have several of one account: the oldest of the root's
    own is written to.

    ``known``: by field what both sides had when they last agreed, ``[here, there]``, with a third where a contact of
    somebody merged has said something since. ``gone_at``: the contact is deleted there, and nothing is written.
    """

    __tablename__ = "crm_link"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index(None, "customer_id"),
        Index("crm_link_home_idx", "home_id", postgresql_where=text("home_id is not null")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey(CrmAccount.id))
    external_id: Mapped[str]
    known: Mapped[Json]
    at: Mapped[Now]
    gone_at: Mapped[datetime | None]


class CrmTask(Base):
    """Somebody to be looked at: a contact (``in``) or a customer (``out``), each once, however often it is said.

    ``turn`` grows when it is said again, so that what was said meanwhile is not forgotten with what was done.
    ``problem`` with ``stuck``: it cannot be synced until a person has done something; ``detail`` are the words for it.
    """

    __tablename__ = "crm_task"
    __table_args__ = (
        CheckConstraint("way in ('in', 'out')", name="way"),
        Index("crm_task_due_idx", "account_id", "due", postgresql_where=text("not stuck")),
        Index("crm_task_stuck_idx", "account_id", "at", postgresql_where=text("stuck")),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey(CrmAccount.id), primary_key=True)
    way: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(server_default="changed")
    turn: Mapped[int] = mapped_column(server_default="0")
    due: Mapped[Now] = mapped_column(info=waits(text("not stuck")))
    stuck: Mapped[bool] = mapped_column(server_default="false")
    problem: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[Json]
    customer_id: Mapped[int | None]  # for whom it is shown, as far as known; she may be removed
    at: Mapped[Now]
