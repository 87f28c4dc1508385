"""The heart: conversations, and every message in them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Computed, ForeignKey, Index, SmallInteger, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.brands.models import Brand
from madang.channels.models import Channel
from madang.customers.belonging import Belongs
from madang.customers.models import Customer, Identity
from madang.lib.jumps import lease, waits
from madang.lib.tables import Base, Id, Json, Now
from madang.staff.models import Team, User

LEASE = timedelta(minutes=15)  # the send and writing down what became of it, through an outage


class State(IntEnum):
    """How far an outgoing message has come. It only ever grows; FAILED is the end."""

    NONE = -1  # incoming messages and notes have none
    QUEUED = 0
    SENDING = 1
    UNSURE = 2  # the provider may have it: shown, asked for, never blindly repeated
    SENT = 3
    DELIVERED = 4
    READ = 5
    FAILED = 9


class Conversation(Belongs, Base):
    """One matter of one customer with one brand, over any number of channels."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("conversation_home_idx", "home_id", postgresql_where=text("home_id is not null")),
        Index("conversation_open_idx", "customer_id", "brand_id", postgresql_where=text("status <> 'closed'")),
        Index("conversation_list_idx", "status", text("sort_at desc"), text("id desc")),
        Index("conversation_mine_idx", "assignee_id", "status", text("sort_at desc"), text("id desc")),
        Index(
            "conversation_free_idx",
            text("sort_at desc"),
            text("id desc"),
            postgresql_where=text("assignee_id is null and status = 'open'"),
        ),
        Index(
            "conversation_team_idx",
            "team_id",
            text("sort_at desc"),
            text("id desc"),
            postgresql_where=text("status = 'open' and team_id is not null"),
        ),
        Index("conversation_channels_idx", "channel_ids", postgresql_using="gin"),
        Index("conversation_snoozed_idx", "snoozed_until", postgresql_where=text("snoozed_until is not null")),
        Index("conversation_waiting_idx", "waiting_since", "id", postgresql_where=text("status = 'open'")),
        Index(  # few are other than normal: the index is as small as they are
            "conversation_priority_idx",
            "priority",
            text("sort_at desc"),
            text("id desc"),
            postgresql_where=text("status = 'open' and priority <> 1"),
        ),
        Index("conversation_tags_idx", "tags", postgresql_using="gin", postgresql_where=text("tags <> '{}'")),
        CheckConstraint("status in ('open', 'closed')", name="status"),
        CheckConstraint("priority between 0 and 3", name="priority"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey(Brand.id))
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), index=True)
    status: Mapped[str] = mapped_column(server_default="open")
    subject: Mapped[str] = mapped_column(server_default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    language: Mapped[str] = mapped_column(server_default="")
    channel_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    topic: Mapped[str] = mapped_column(server_default="")  # what she came for, where the door asks
    orders: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # order numbers it is about
    keeps: Mapped[bool] = mapped_column(server_default="false")  # an agent says: what she writes next belongs here
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="1")  # 0 low, 1 normal, 2 high, 3 urgent
    snoozed_until: Mapped[datetime | None]  # open, and out of the lists until then; what she writes ends it
    waiting_since: Mapped[datetime | None]  # when she wrote what nobody has answered yet
    fields: Mapped[Json]  # fields of the company's own, as a customer has them
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))  # empty now: told there
    unread: Mapped[int] = mapped_column(server_default="0")
    messages: Mapped[int] = mapped_column(server_default="0")
    first_id: Mapped[int] = mapped_column(server_default="0")  # its first message: no month before that one is read
    last_id: Mapped[int] = mapped_column(server_default="0")  # what was last said by her or to her
    noted_id: Mapped[int] = mapped_column(server_default="0")  # and the last note
    last_at: Mapped[Now]  # of what was last said, as closely as it is known
    woken_at: Mapped[datetime | None]  # when its last snooze ended by itself
    sort_at: Mapped[datetime] = mapped_column(Computed("greatest(last_at, woken_at)", persisted=True))  # of all lists
    last_text: Mapped[str] = mapped_column(server_default="")
    last_direction: Mapped[str] = mapped_column(server_default="in")
    last_channel_id: Mapped[int | None] = mapped_column(ForeignKey(Channel.id))
    created_at: Mapped[Now]
    closed_at: Mapped[datetime | None]


class Message(Base):
    """One thing said. ``direction`` is in, out or note. ``text`` is what is shown, ``full_text`` all of it if more."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_thread_idx", "conversation_id", text("id desc")),
        CheckConstraint("direction in ('in', 'out', 'note')", name="direction"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey(Channel.id))
    direction: Mapped[str]
    identity_id: Mapped[int | None] = mapped_column(ForeignKey(Identity.id))  # who said it, or to whom it went
    author_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    author: Mapped[str] = mapped_column(server_default="")  # the name shown, as it was when said
    text: Mapped[str]
    full_text: Mapped[str] = mapped_column(server_default="")
    html: Mapped[str] = mapped_column(server_default="")
    subject: Mapped[str] = mapped_column(server_default="")
    data: Mapped[Json]
    state: Mapped[int] = mapped_column(SmallInteger, server_default="-1")
    why: Mapped[str] = mapped_column(server_default="")  # SendWhy when it failed or waits
    problem: Mapped[str] = mapped_column(server_default="")
    client_key: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    provider_message_id: Mapped[str | None]
    envelope_id: Mapped[int | None]
    auto: Mapped[bool] = mapped_column(server_default="false")
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    at: Mapped[Now]


class Version(Base):
    """What a message said until it was edited at ``at``. Taken back, its versions go with it."""

    __tablename__ = "message_version"

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    text: Mapped[str]


class MessageReaction(Base):
    """What somebody put under a message. ``who`` is ``customer`` or the event actor of ours, one reaction each."""

    __tablename__ = "message_reaction"

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    who: Mapped[str] = mapped_column(primary_key=True)
    emoji: Mapped[str]
    at: Mapped[Now]


class MessageName(Base):
    """What a channel's provider calls a message: receipts, answers and edits may use any of its names.

    A name belongs to one message of a channel: this narrow table is where a message is taken in once.
    """

    __tablename__ = "message_name"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int]


class MessageKey(Base):
    """The key under which a program or a screen says something of ours: said again, it is the same message."""

    __tablename__ = "message_key"

    key: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    message_id: Mapped[int]


class EarlyReceipt(Base):
    """A receipt that overtook the record of its message; applied when the name becomes known."""

    __tablename__ = "early_receipt"

    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    problem: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Now]


class Outbox(Base):
    """A message on its way out. ``leased_until`` is set while a worker has it in hand.

    ``due`` is when it may be tried next; in hand, infinity until it is handed over, and then since when.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due_idx", "due"),
        Index(None, "conversation_id", "message_id"),
        Index(None, "channel_id", "message_id"),
        Index("outbox_leased_idx", "leased_until", postgresql_where=text("leased_until is not null")),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id))
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    due: Mapped[Now] = mapped_column(info=waits(text("leased_until is null"), spread=timedelta(seconds=10)))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # how often it was in somebody's hands
    strikes: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # how often in vain, with no word of when
    leased_until: Mapped[datetime | None] = mapped_column(info=lease(LEASE))
    leased_by: Mapped[str] = mapped_column(server_default="")  # the worker, as its heartbeat names it


class Attachment(Base):
    """A file of a message. ``key`` is unguessable and names its URL; the bytes lie in the file store.

    ``sha256`` is '' while the provider still holds it under ``ref``. ``scan`` is '' before the virus scan, then clean
    or infected; ``scan_found`` what was found, or why it still waits.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("attachment_fetch_idx", "fetch_at", postgresql_where=text("sha256 = '' and ref <> ''")),
        Index("attachment_scan_idx", "scan_at", postgresql_where=text("scan = '' and sha256 <> ''")),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    content_id: Mapped[str] = mapped_column(server_default="")
    inline: Mapped[bool] = mapped_column(server_default="false")
    ref: Mapped[str] = mapped_column(server_default="")
    fetch_at: Mapped[Now] = mapped_column(info=waits(text("sha256 = '' and ref <> ''")))
    fetch_tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    scan: Mapped[str] = mapped_column(server_default="")
    scan_found: Mapped[str] = mapped_column(server_default="")
    scan_at: Mapped[Now] = mapped_column(info=waits(text("scan = '' and sha256 <> ''")))
    scan_tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class Upload(Base):
    """A file waiting for its message. Only its ``owner`` (an event actor) may use it, once."""

    __tablename__ = "upload"

    key: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    sha256: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    at: Mapped[Now]


class Scheduled(Base):
    """An answer that is queued and not in the outbox yet: it goes there at ``at``, and until then can be taken back.

    ``undo``: only for the seconds in which its author may think again, not for a moment that was chosen.
    """

    __tablename__ = "scheduled"

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    at: Mapped[datetime] = mapped_column(index=True, info=waits(text("undo")))  # a moment that was chosen stays it
    undo: Mapped[bool] = mapped_column(server_default="false")
    asks: Mapped[bool] = mapped_column(server_default="false")  # not if she writes before: its author is asked
    held: Mapped[bool] = mapped_column(server_default="false")  # its moment came, and she had written


class Draft(Base):
    """What an agent has written and not sent."""

    __tablename__ = "draft"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    text: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="reply")
    data: Mapped[Json]  # what belongs to it beside the words: channel, copies, subject, buttons, uploads
    at: Mapped[Now]
