"""The customer, and the addresses that reach or prove her."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from madang.customers.belonging import Belongs
from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Json, Now

MERGED = text("home_id is not null")  # few: a customer is removed without reading everybody's rows
NEWEST = text("coalesce(pg_sequence_last_value('message_id_seq'), 0)")


class Customer(Base):
    """The person. ``language`` is BCP 47, ``timezone`` an IANA name, ``region`` ISO 3166, '' when unknown.

    ``attributes`` is what pages said of her, ``fields`` what the company's own custom fields hold.
    """

    __tablename__ = "customer"
    __table_args__ = (Index("customer_merged_idx", "merged_into", postgresql_where=text("merged_into is not null")),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")
    timezone: Mapped[str] = mapped_column(server_default="")
    company: Mapped[str] = mapped_column(server_default="")
    region: Mapped[str] = mapped_column(server_default="")
    prefers: Mapped[str] = mapped_column(server_default="")  # the kind of address she asked to be reached at
    attributes: Mapped[Json]
    fields: Mapped[Json]
    blocked_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # null: she stands for herself
    created_at: Mapped[Now]


class Identity(Belongs, Base):
    """A *proven* address. ``account`` is '' for e-mail and phone, and the channel's account for scoped kinds.

    It belongs to exactly one customer; a scoped one never joins people across channels.
    """

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("kind", "value", "account"),
        Index(None, "customer_id"),
        Index("identity_home_idx", "home_id", postgresql_where=MERGED),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    value: Mapped[str]
    account: Mapped[str] = mapped_column(server_default="")
    proof: Mapped[str] = mapped_column(server_default="")  # by what: the channel, a signed reply, a code, an agent
    proved_by: Mapped[str] = mapped_column(server_default="")  # the event actor who said so, '' when the channel did
    main: Mapped[bool] = mapped_column(server_default="false")  # the one of its kind she is written to at
    created_at: Mapped[Now]


class Claim(Belongs, Base):
    """An address the customer only *said* is hers: we may write to it, it never finds her.

    With a ``proof`` it was shown to be hers too, while it is proven to be another's: a person decides who is who.
    """

    __tablename__ = "claim"
    __table_args__ = (Index("claim_home_idx", "home_id", postgresql_where=MERGED),)

    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    proof: Mapped[str] = mapped_column(server_default="")
    proved_by: Mapped[str] = mapped_column(server_default="")
    main: Mapped[bool] = mapped_column(server_default="false")
    at: Mapped[Now]


class Merge(Base):
    """That ``loser_id`` was found to be the person ``winner_id`` is, by whom and why; undone, it is history.

    ``why`` is JSON: ``{"reason": …, "score": …, "evidence": […]}`` as far as known.
    """

    __tablename__ = "merge"
    __table_args__ = (
        Index("merge_standing_key", "loser_id", unique=True, postgresql_where=text("undone_at is null")),
        Index(None, "winner_id"),
        Index(None, "loser_id"),
        Index("merge_automatic_idx", "id", postgresql_where=text("(why ->> 'reason') = 'automatic'")),
    )

    id: Mapped[Id]
    winner_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    loser_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    why: Mapped[Json]
    by: Mapped[str]
    at: Mapped[Now]
    mark: Mapped[int] = mapped_column(server_default=NEWEST)  # the newest message then: what came later came to both
    undone_by: Mapped[str] = mapped_column(server_default="")
    undone_at: Mapped[datetime | None]


class Suggestion(Base):
    """That two customers may be one person, ``one_id`` the older; a person decides. Made anew it does not ask again.

    ``reason`` is match (they are alike) or conflict (both proved the same). ``evidence`` is what speaks for it, by
    field. ``state``: 0 open, 1 accepted, 2 rejected until more is known, 3 never again.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("one_id", "two_id"),
        CheckConstraint("one_id < two_id", name="order"),
        Index("suggestion_open_idx", text("score desc"), "id", postgresql_where=text("state = 0")),
        Index("suggestion_decided_idx", "score", postgresql_where=text("state in (1, 2, 3) and reason = 'match'")),
        Index(None, "two_id"),
    )

    id: Mapped[Id]
    one_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    two_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    reason: Mapped[str]
    score: Mapped[float] = mapped_column(Double)
    evidence: Mapped[Any] = mapped_column(JSONB, server_default="[]")
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    at: Mapped[Now]
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    merge_id: Mapped[int | None] = mapped_column(ForeignKey(Merge.id))


class MatchKey(Base):
    """By what a person is found when she may be somebody else too. Derived; see ``matching/blocking.py``."""

    __tablename__ = "match_key"

    customer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True, index=True)


class FieldChange(Base):
    """A field of a customer's own row that became another, by an edit or by the choice made in a merge.

    The value she has is that of the newest change that is not undone; without one, what the first found before it.
    ``by`` is ``user:3``, with the token that spoke for her ``user:3 token:7``.
    """

    __tablename__ = "field_change"
    __table_args__ = (Index(None, "customer_id", "field", "id"), Index(None, "merge_id"))

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    field: Mapped[str]  # a column of the customer, or ``fields.`` and the name of a custom one
    before: Mapped[Any] = mapped_column(JSONB)
    after: Mapped[Any] = mapped_column(JSONB)
    merge_id: Mapped[int | None] = mapped_column(ForeignKey(Merge.id))
    undone: Mapped[bool] = mapped_column(server_default="false")
    by: Mapped[str]
    at: Mapped[Now]


class Presence(Base):
    """A customer who is looking at us now, by a widget or an app. Gone when ``until`` has passed."""

    __tablename__ = "presence"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    identity_id: Mapped[int] = mapped_column(ForeignKey(Identity.id), primary_key=True)
    until: Mapped[datetime] = mapped_column(info=waits(slack=timedelta(minutes=1)))
    page: Mapped[str] = mapped_column(server_default="")
