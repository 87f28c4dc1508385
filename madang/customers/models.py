"""The customer, and the addresses that reach or prove her."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Json, Now


class Customer(Base):
    """The person. ``language`` is BCP 47, ``timezone`` an IANA name, '' when unknown."""

    __tablename__ = "customer"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")
    timezone: Mapped[str] = mapped_column(server_default="")
    attributes: Mapped[Json]
    created_at: Mapped[Now]


class Identity(Base):
    """A *proven* address. ``account`` is '' for e-mail and phone, and the channel's account for scoped kinds.

    It belongs to exactly one customer; a scoped one never joins people across channels.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("kind", "value", "account"), Index(None, "customer_id"))

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    kind: Mapped[str]
    value: Mapped[str]
    account: Mapped[str] = mapped_column(server_default="")
    proof: Mapped[str] = mapped_column(server_default="")  # what proved it: the connector, a signed reply, an agent
    created_at: Mapped[Now]


class Claim(Base):
    """An address the customer only *said* is hers: we may write to it, it never finds her."""

    __tablename__ = "claim"

    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Now]


class Presence(Base):
    """A customer who is looking at us now, by a widget or an app. Gone when ``until`` has passed."""

    __tablename__ = "presence"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    identity_id: Mapped[int] = mapped_column(ForeignKey(Identity.id), primary_key=True)
    until: Mapped[datetime] = mapped_column(info=waits(slack=timedelta(minutes=1)))
    page: Mapped[str] = mapped_column(server_default="")
