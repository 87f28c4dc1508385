"""What a receiver is told: every field described once, for the body and for its documentation.

Version 1. Fields may be added, none changes its meaning or goes; what would break a receiver becomes version 2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, Struct

VERSION = 1

Number = Annotated[int, Meta(description="A number that names it for ever, the same as in the API.")]
Name = Annotated[str, Meta(description="The name as people see it; may be empty.")]
Moment = Annotated[datetime, Meta(description="RFC 3339, in UTC.")]
State = Literal["queued", "sending", "unsure", "sent", "delivered", "read", "failed"]


class EventNamed(Struct, frozen=True):
    """Something with a number and a name."""

    id: Number
    name: Name


class EventActor(Struct, frozen=True, omit_defaults=True):
    """Who did it."""

    kind: Annotated[Literal["user", "token", "customer", "bot", "system"], Meta(description="`system` is Madang.")]
    id: Annotated[int | None, Meta(description="Which one; null for `system`.")]
    name: Annotated[str, Meta(description="The colleague's or the token's name; else empty.")]
    token: Annotated[
        EventNamed | None, Meta(description="The token by which a program did it in her name; missing otherwise.")
    ] = None


class EventChannel(Struct, frozen=True):
    """A channel."""

    id: Number
    connector: Annotated[str, Meta(description="The kind of channel: `email`, `webchat`, `api` …")]
    name: Name


class EventAddress(Struct, frozen=True):
    """Something that reaches or proves a customer."""

    kind: Annotated[str, Meta(description="`email`, `phone`, `scoped`, `account` or `cookie`.")]
    value: Annotated[str, Meta(description="In one spelling. Empty for `cookie`, which is a secret.")]
    proven: Annotated[bool, Meta(description="Whether it was proven; false when she only said it.")]


class EventCustomer(Struct, frozen=True):
    """A person."""

    id: Number
    name: Name
    language: Annotated[str, Meta(description="BCP 47; empty when not known.")]
    addresses: Annotated[list[EventAddress], Meta(description="At most 20, proven ones first.")]


class EventConversation(Struct, frozen=True):
    """One matter of one customer."""

    id: Number
    status: Annotated[Literal["open", "closed"], Meta(description="How it stands now.")]
    subject: Annotated[str, Meta(description="The subject of its first message, or its first line.")]
    brand_id: Annotated[int, Meta(description="The brand the customer turned to.")]
    assignee: Annotated[EventNamed | None, Meta(description="The colleague who has it; null when nobody has.")]
    team_id: Annotated[int | None, Meta(description="The team that has it; null when none has.")]
    tags: Annotated[list[str], Meta(description="Sorted, each once.")]
    language: Annotated[str, Meta(description="BCP 47, as far as it could be told; else empty.")]
    created_at: Moment


class EventFile(Struct, frozen=True):
    """A file of a message."""

    name: Name
    mime: Annotated[str, Meta(description="Its type, told from its bytes.")]
    size: Annotated[int, Meta(description="In bytes; 0 while it is still being fetched from the provider.")]
    href: Annotated[str, Meta(description="The path in the API it can be downloaded from, with a token.")]


class EventMessage(Struct, frozen=True):
    """One thing said, as it stands when it is told: what was taken back or erased is not told again."""

    id: Number
    direction: Annotated[Literal["in", "out", "note"], Meta(description="`note`: among colleagues only.")]
    author: Annotated[str, Meta(description="The name of who said it, as it was then.")]
    author_id: Annotated[int | None, Meta(description="The colleague; null for customers and programs.")]
    text: Annotated[str, Meta(description="What to show, at most 50,000 characters; empty when it was taken back.")]
    subject: Annotated[str, Meta(description="The subject, on channels that have one.")]
    channel: Annotated[EventChannel | None, Meta(description="The channel it came or goes by; null for notes.")]
    state: Annotated[State | None, Meta(description="How far an outgoing message is now; null for the others.")]
    problem: Annotated[str, Meta(description="Why it is not out, in words; or empty.")]
    at: Moment
    auto: Annotated[bool, Meta(description="Written by a machine: nothing should answer it by itself.")]
    edited_at: Annotated[datetime | None, Meta(description="When the customer last changed it.")]
    deleted_at: Annotated[datetime | None, Meta(description="When the customer took it back.")]
    attachments: Annotated[list[EventFile], Meta(description="Its files; none when it was taken back.")]


class MessageData(Struct, frozen=True, kw_only=True):
    """What is told of a message."""

    actor: EventActor
    customer: EventCustomer
    conversation: EventConversation
    message: EventMessage


class MessageStateData(MessageData, frozen=True, kw_only=True):
    """What is told when a delivery goes on."""

    state: Annotated[State, Meta(description="The state it came to with this event; `message.state` is the newest.")]
    why: Annotated[str, Meta(description="Why it waits or failed, such as `rate` or `window`; or empty.")]


class MessageReroutedData(MessageData, frozen=True, kw_only=True):
    """What is told when a message takes another channel."""

    from_channel_id: Annotated[int, Meta(description="The channel that did not lead to the customer.")]
    to_channel_id: Annotated[int, Meta(description="The channel it takes.")]
    why: Annotated[str, Meta(description="Why the first did not.")]


class ConversationData(Struct, frozen=True, kw_only=True):
    """What is told of a conversation."""

    actor: EventActor
    customer: EventCustomer
    conversation: EventConversation


class CustomerData(Struct, frozen=True, kw_only=True):
    """What is told of a customer."""

    actor: EventActor
    customer: EventCustomer


class SegmentData(CustomerData, frozen=True, kw_only=True):
    """What is told when a customer comes into a segment or leaves it."""

    segment: Annotated[int, Meta(description="The segment, as the API numbers it.")]


class MergedData(CustomerData, frozen=True, kw_only=True):
    """What is told when two customers become one, or two again."""

    merge_id: Annotated[int, Meta(description="The merge, as the API numbers it.")]
    other_id: Annotated[int, Meta(description="The number of the other one: it leads to her while they are one.")]


class SuggestionData(CustomerData, frozen=True, kw_only=True):
    """What is told when two customers may be one and a person is asked."""

    suggestion_id: Annotated[int, Meta(description="The question, as the API numbers it.")]
    other_id: Annotated[int, Meta(description="The number of the other one.")]
    score: Annotated[float, Meta(description="How sure it is, 0 to 1; 1 when both have proved the same address.")]


class AddressData(CustomerData, frozen=True, kw_only=True):
    """What is told when a customer gets an address."""

    kind: Annotated[str, Meta(description="`email`, `phone`, `scoped`, `account` or `cookie`.")]
    proof: Annotated[str, Meta(description="What proved it; empty when she only said it.")]


class ChannelData(Struct, frozen=True, kw_only=True):
    """What is told of a channel."""

    actor: EventActor
    channel: EventChannel
    brand_id: Annotated[int, Meta(description="The brand it belongs to.")]
    paused: Annotated[bool, Meta(description="Nothing is sent or fetched until somebody resumes it.")]
    problem: Annotated[str, Meta(description="What keeps it from working, in words; empty when it works.")]


class AlertData(Struct, frozen=True, kw_only=True):
    """What is told of something that is wrong, or was."""

    actor: EventActor
    incident: Annotated[int, Meta(description="The same when it begins and when it is over.")]
    alert: Annotated[str, Meta(description="What is wrong: stopped, disconnected, silent, waiting, unsent …")]
    name: Annotated[str, Meta(description="The channel or the reaction it is about.")]
    since: Annotated[datetime, Meta(description="Since when.")]
    channel: Annotated[EventChannel | None, Meta(description="The channel, where it is about one.")] = None


class TestData(Struct, frozen=True, kw_only=True):
    """What a test says."""

    message: Annotated[str, Meta(description="A line for whoever looks at it.")]


Data = TypeVar("Data")


class Notice(Struct, Generic[Data], frozen=True, kw_only=True):
    """The body of every webhook."""

    type: Annotated[str, Meta(description="The kind of event.")]
    id: Annotated[str, Meta(description="The same as `webhook-id`, at every try and replay: take each once.")]
    timestamp: Annotated[datetime, Meta(description="When it happened, RFC 3339 in UTC.")]
    version: Annotated[int, Meta(description="1. Fields may be added to it; ignore those you do not know.")] = VERSION
    data: Data
