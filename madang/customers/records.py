"""What is kept about a customer beside her messages: what shops and pages tell, notes, tags, files, sums.

Every row belongs to her (:class:`madang.customers.belonging.Belongs`) and so follows her through merges.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.customers.belonging import Belongs
from madang.customers.models import Customer
from madang.lib.tables import Base, Id, Json, Now

HOME = text("coalesce(home_id, customer_id)")
MERGED = text("home_id is not null")  # few: a customer is removed without reading everybody's rows


class CustomerEvent(Belongs, Base):
    """Something she did elsewhere, as a shop, an app or a page told it. Append-only; ``key`` is the sender's own.

    ``amount`` is in minor units of ``currency`` (ISO 4217), negative when money went back.
    """

    __tablename__ = "customer_event"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("customer_event_list_idx", "customer_id", text("at desc"), text("id desc"), postgresql_include=["kind"]),
        Index("customer_event_kind_idx", "kind", "at", postgresql_include=["customer_id", "amount"]),  # for segments
        Index("customer_event_home_idx", "home_id", postgresql_where=MERGED),
    )

    id: Mapped[Id]
    source: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
    title: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str] = mapped_column(server_default="")
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(server_default="")
    data: Mapped[Json]


class CustomerNote(Belongs, Base):
    """What a colleague wants the others to know of her. ``author`` is the name as it was, ``by`` the event actor."""

    __tablename__ = "customer_note"
    __table_args__ = (
        Index("customer_note_list_idx", "customer_id", text("at desc"), text("id desc")),
        Index("customer_note_home_idx", "home_id", postgresql_where=MERGED),
    )

    id: Mapped[Id]
    text: Mapped[str]
    by: Mapped[str]
    author: Mapped[str]
    at: Mapped[Now]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class CustomerTag(Belongs, Base):
    """A word by which she is found again; each once."""

    __tablename__ = "customer_tag"
    __table_args__ = (
        Index(None, "tag", "customer_id"),
        Index("customer_tag_home_idx", "home_id", postgresql_where=MERGED),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[Now]


class CustomerFile(Belongs, Base):
    """A file kept with her: a contract, a certificate. ``key`` is unguessable; the bytes lie in the file store."""

    __tablename__ = "customer_file"
    __table_args__ = (
        Index("customer_file_list_idx", "customer_id", text("at desc"), text("id desc")),
        Index("customer_file_home_idx", "home_id", postgresql_where=MERGED),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    by: Mapped[str]
    author: Mapped[str]
    at: Mapped[Now]
    deleted_at: Mapped[datetime | None]


class CustomerField(Base):
    """A field of the company's own: what it is called, and what it holds. Values are in ``customer.fields`` by name.

    ``kind`` is text, number, date, choice, bool or url; ``choices`` are those of a choice. ``seen_by``: everyone, or
    leads: then agents and viewers know nothing of it.
    """

    __tablename__ = "customer_field"
    __table_args__ = (
        CheckConstraint("seen_by in ('everyone', 'leads')", name="seen_by"),
        CheckConstraint("about in ('customer', 'conversation')", name="about"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)  # as programs write it, for ever
    about: Mapped[str] = mapped_column(server_default="customer")  # whose values they are
    label: Mapped[str]
    kind: Mapped[str]
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    place: Mapped[int] = mapped_column(server_default="0")
    seen_by: Mapped[str] = mapped_column(server_default="everyone")
    retired_at: Mapped[datetime | None]


class CustomerTally(Belongs, Base):
    """How much of what there was, a row for each home, so that sums follow merges as everything else does.

    ``what``: ``conversations``; ``messages``, both ways; ``seen``, what she did herself; ``spent KRW``, in minor units;
    ``week 2026-11-16``, all that was said and told in the week of that Monday (UTC).
    """

    __tablename__ = "customer_tally"
    __table_args__ = (
        Index("customer_tally_key", HOME, "what", unique=True),
        Index(None, "customer_id"),
        Index("customer_tally_home_idx", "home_id", postgresql_where=MERGED),
    )

    id: Mapped[Id]
    what: Mapped[str]
    n: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
