"""What the API says and takes of what is kept about customers beside their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from madang.api.shapes import Mark, Moment, Number

Source = Annotated[
    str, Meta(description="Who tells it, such as `shop` or `app`: lower-case letters, digits, `.`, `_`, `-`.")
]
Next = Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class NewEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """Something a customer did, or that was done for her."""

    key: Annotated[
        str,
        Meta(
            description="Of your own, 1 to 200 characters, always the same for the same event, such as the order's "
            "number: what was told before under this key by this source is not kept again.",
            examples=["order-1001"],
        ),
    ]
    kind: Annotated[
        str, Meta(description="`page`, `visit`, `order`, `call`, `survey`, `campaign`, or your own as `custom.name`.")
    ]
    at: Annotated[datetime, Meta(description="RFC 3339, with its zone. Not before 1990 and not to come.")]
    title: Annotated[str, Meta(description="What to show, at most 300 characters.")] = ""
    url: Annotated[str, Meta(description="Where more is to be seen: https or http.")] = ""
    amount: Annotated[int | None, Meta(description="In minor units of `currency`; negative when money went back.")] = (
        None
    )
    currency: Annotated[str, Meta(description="ISO 4217, such as `KRW`; with `amount`.")] = ""
    data: Annotated[dict[str, Any], Meta(description="Whatever else, at most 2,000 bytes as JSON.")] = {}


class NewEvents(Struct, frozen=True, forbid_unknown_fields=True):
    """What one customer did: 1 to 1,000 events, kept together or not at all."""

    source: Source
    events: Annotated[list[NewEvent], Meta(description="1 to 1,000 of them.")]


class AddressedEvent(NewEvent, frozen=True, forbid_unknown_fields=True):
    """The same, of whoever has an address: give exactly one of `email`, `phone`, `account`."""

    email: Annotated[str, Meta(description="Her e-mail address.")] = ""
    phone: Annotated[str, Meta(description="Her telephone number, with its country.")] = ""
    account: Annotated[str, Meta(description="Her user number on your site or in your app; with `channel`.")] = ""
    channel: Annotated[int, Meta(description="The channel whose chat signs that user number.")] = 0
    name: Annotated[str, Meta(description="How she is called, for one who is not known yet.")] = ""


class AddressedEvents(Struct, frozen=True, forbid_unknown_fields=True):
    """What people did who are known by an address: 1 to 1,000 events, kept together or not at all."""

    source: Source
    events: Annotated[list[AddressedEvent], Meta(description="1 to 1,000 of them.")]


class EventsTold(Struct, frozen=True):
    """What became of a batch."""

    new: Annotated[int, Meta(description="How many were not known before.")]
    known: Annotated[int, Meta(description="How many had been told before: nothing was done with them.")]
    customers: Annotated[
        list[int],
        Meta(description="Whose each event is, in your order. One who was merged goes by the number she has now."),
    ]


class CustomerEvent(Struct, frozen=True):
    """Something a customer did."""

    id: Number
    source: Source
    key: Annotated[str, Meta(description="The sender's own.")]
    kind: Annotated[str, Meta(description="`order`, `page` …, or `custom.name`.")]
    at: Moment
    title: Annotated[str, Meta(description="What to show; may be empty.")]
    url: Annotated[str, Meta(description="Where more is to be seen; may be empty.")]
    amount: Annotated[int | None, Meta(description="In minor units of `currency`; null when it was about no money.")]
    currency: Annotated[str, Meta(description="ISO 4217; empty without an amount.")]
    data: Annotated[dict[str, Any], Meta(description="As it was told.")]


class CustomerEventPage(Struct, frozen=True):
    """A page of what she did, the newest first."""

    customer_id: Annotated[int, Meta(description="Who she is now, which is another number if she was merged.")]
    items: list[CustomerEvent]
    next: Next


class TimelineEntry(Struct, frozen=True):
    """Something that was said, written, done or found."""

    kind: Annotated[
        str,
        Meta(
            description="`in`, `out` and `note` in a conversation; `opened` and `closed` of one; `noted`, written of "
            "the customer; `merged` and `parted`; or the kind of an event that was told, such as `order`."
        ),
    ]
    id: Annotated[int, Meta(description="The number of the message, conversation, note, merge or event.")]
    at: Moment
    text: Annotated[str, Meta(description="What it says, at most 300 characters; empty for a deleted message.")]
    author: Annotated[str, Meta(description="Who said or did it, or which source told it; may be empty.")]
    channel: Annotated[Mark | None, Meta(description="Over which a message went; else null.")]
    conversation_id: Annotated[int | None, Meta(description="In which it was said; else null.")]
    url: Annotated[str, Meta(description="Where more is to be seen; may be empty.")]
    amount: Annotated[int | None, Meta(description="In minor units of `currency`; null when it was about no money.")]
    currency: Annotated[str, Meta(description="ISO 4217; empty without an amount.")]
    data: Annotated[dict[str, Any], Meta(description="Of an event, as it was told.")]
    other: Annotated[int | None, Meta(description="With whom she was merged; else null.")]


class TimelinePage(Struct, frozen=True):
    """A page of all there is of a customer, the newest first."""

    customer_id: Annotated[int, Meta(description="Who she is now, which is another number if she was merged.")]
    items: list[TimelineEntry]
    next: Next


class CustomerNote(Struct, frozen=True):
    """What somebody wrote about a customer."""

    id: Number
    text: Annotated[str, Meta(description="Plain text.")]
    author: Annotated[str, Meta(description="Who wrote it, as she was called then.")]
    at: Moment
    edited_at: Annotated[datetime | None, Meta(description="When it was written anew.")]
    deleted_at: Annotated[datetime | None, Meta(description="When it was deleted.")]


class CustomerNotes(Struct, frozen=True):
    """The notes about one customer."""

    customer_id: Annotated[int, Meta(description="Who she is now, which is another number if she was merged.")]
    items: list[CustomerNote]


class NewCustomerNote(Struct, frozen=True, forbid_unknown_fields=True):
    """What a note is to say."""

    text: Annotated[str, Meta(description="Plain text, 1 to 20,000 characters.", min_length=1, max_length=20_000)]


class CustomerTags(Struct, frozen=True, forbid_unknown_fields=True):
    """All tags of a customer."""

    tags: Annotated[list[str], Meta(description="At most 50, each of at most 40 characters.")]


class Sum(Struct, frozen=True):
    """Money."""

    currency: Annotated[str, Meta(description="ISO 4217.")]
    amount: Annotated[int, Meta(description="In minor units.")]


class Glance(Struct, frozen=True):
    """A customer at a glance."""

    customer_id: Annotated[int, Meta(description="Who she is now, which is another number if she was merged.")]
    tags: Annotated[list[str], Meta(description="Sorted, each once.")]
    first_seen: Annotated[datetime | None, Meta(description="When she first wrote or did something; null for never.")]
    last_seen: Annotated[datetime | None, Meta(description="When she last did.")]
    conversations: Annotated[int, Meta(description="How many there were, of every channel and brand.")]
    messages: Annotated[int, Meta(description="Hers and ours.")]
    spent: Annotated[list[Sum], Meta(description="What the orders told of her add up to, by currency.")]
    weeks: Annotated[list[int], Meta(description="All that was said and told in each of 52 weeks, this one last.")]
    usual_channel: Annotated[
        int | None,
        Meta(description="The channel over which most of her last messages came, of those you see; null for no habit."),
    ]
