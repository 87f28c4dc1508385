"""What the API says and takes: every field described once, for the answer and for its documentation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Number = Annotated[int, Meta(description="A number that names it for ever.")]
Name = Annotated[str, Meta(description="The name as people see it; may be empty.")]
Moment = Annotated[datetime, Meta(description="RFC 3339, in UTC.")]
Direction = Annotated[
    Literal["in", "out", "note"],
    Meta(description="`in` from the customer, `out` to her, `note` among colleagues: she never sees it."),
]
State = Annotated[
    Literal["queued", "sending", "unsure", "sent", "delivered", "read", "failed"],
    Meta(description="How far an outgoing message has come; it only moves forward. null for the others."),
]
Status = Annotated[Literal["open", "closed"], Meta(description="A message of the customer opens it again.")]


class Named(Struct, frozen=True):
    """Something with a number and a name."""

    id: Number
    name: Name


class Mark(Struct, frozen=True):
    """The channel a message went over."""

    id: Number
    connector: Annotated[str, Meta(description="The kind of channel: `email`, `webchat`, `api` …")]
    name: Name


class LastMessage(Struct, frozen=True):
    """The newest message, as lists show it."""

    text: Annotated[str, Meta(description="At most 200 characters.")]
    at: Moment
    direction: Direction
    state: State | None
    channel: Mark | None


class Conversation(Struct, frozen=True):
    """One matter of one customer, over any number of channels."""

    id: Number
    status: Status
    subject: Annotated[str, Meta(description="The subject of its first message, or its first line.")]
    customer: Annotated[Named, Meta(description="Whose matter it is.")]
    channels: Annotated[list[Mark], Meta(description="Every channel it went over so far.")]
    assignee: Annotated[Named | None, Meta(description="The colleague who has it; null when nobody has.")]
    team_id: Annotated[int | None, Meta(description="The team that has it; null when none has.")]
    brand_id: Annotated[int, Meta(description="The brand the customer turned to.")]
    tags: Annotated[list[str], Meta(description="Sorted, each once.")]
    language: Annotated[str, Meta(description="BCP 47, as far as it could be told; else empty.")]
    unread: Annotated[int, Meta(description="Messages of the customer since somebody last looked or answered.")]
    messages: Annotated[int, Meta(description="How many messages it has.")]
    priority: Annotated[int, Meta(description="0 low, 1 normal, 2 high, 3 urgent.")]
    snoozed_until: Annotated[datetime | None, Meta(description="Out of the lists until then; null when it is not.")]
    waiting_since: Annotated[
        datetime | None, Meta(description="When the customer wrote what nobody has answered yet; null when all is.")
    ]
    last_message: Annotated[LastMessage | None, Meta(description="null as long as nothing was said.")]
    active_at: Annotated[
        datetime, Meta(description="When something was last said, or a snooze ended since: lists are sorted by it.")
    ]
    created_at: Moment


class ConversationPage(Struct, frozen=True):
    """A page of conversations, the newest activity first."""

    items: list[Conversation]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class Attachment(Struct, frozen=True):
    """A file of a message."""

    name: Name
    mime: Annotated[str, Meta(description="Its type, told from its bytes.")]
    size: Annotated[int, Meta(description="In bytes; 0 while it is still being fetched from the provider.")]
    inline: Annotated[bool, Meta(description="Part of the text (a picture in a mail) rather than beside it.")]
    href: Annotated[str, Meta(description="The path it can be downloaded from, with the same token.")]


class Message(Struct, frozen=True):
    """One thing said."""

    id: Number
    conversation_id: Annotated[int, Meta(description="The conversation it belongs to.")]
    direction: Direction
    author: Annotated[str, Meta(description="The name of who said it, as it was then.")]
    author_id: Annotated[int | None, Meta(description="The colleague; null for customers and programs.")]
    text: Annotated[str, Meta(description="What to show: in mails without quoted history and signature.")]
    full_text: Annotated[str, Meta(description="All of it, when that is more than `text`; else empty.")]
    subject: Annotated[str, Meta(description="The subject, on channels that have one.")]
    channel: Annotated[Mark | None, Meta(description="The channel it came or goes by; null for notes.")]
    state: State | None
    why: Annotated[
        str,
        Meta(
            description="Why it is not out yet: window, blocked, invalid, rate, auth, down, policy, unsure; or empty."
        ),
    ]
    problem: Annotated[str, Meta(description="The same in words; or empty.")]
    at: Moment
    auto: Annotated[bool, Meta(description="Written by a machine (an auto-reply): nothing should answer it by itself.")]
    edited_at: Annotated[datetime | None, Meta(description="When the customer last changed it.")]
    deleted_at: Annotated[datetime | None, Meta(description="When the customer took it back.")]
    attachments: list[Attachment]
    send_at: Annotated[datetime | None, Meta(description="The moment it waits for; null when it does not.")] = None
    scheduled: Annotated[
        str | None, Meta(description="Its key among the scheduled answers as long as it waits; else null.")
    ] = None


class MessagePage(Struct, frozen=True):
    """A page of messages: the newest ones on the first page, in each page the oldest first."""

    items: list[Message]
    next: Annotated[
        str | None, Meta(description="The `cursor` of the page with what was said before; null at the start.")
    ]


class Excerpt(Struct, frozen=True):
    """A piece of a text, with the places that answer the question."""

    text: Annotated[str, Meta(description="Plain text, not HTML: escape it before it is shown.")]
    marks: Annotated[
        list[tuple[int, int]], Meta(description="(start, end) of each place in `text`, in Unicode code points.")
    ]


class FoundConversation(Struct, frozen=True):
    """A conversation that answers, by its newest message that does."""

    conversation: Conversation
    message_id: Annotated[int, Meta(description="That message.")]
    direction: Direction
    author: Annotated[str, Meta(description="The name of who said it, as it was then.")]
    at: Moment
    excerpt: Annotated[Excerpt, Meta(description="What was said, around the places that answer.")]
    subject: Annotated[Excerpt, Meta(description="The conversation's subject.")]
    others: Annotated[int, Meta(description="How many more of its messages answer, as far as this page has looked.")]


class FoundCustomer(Struct, frozen=True):
    """A customer whose name or address begins with every word."""

    id: Number
    name: Excerpt
    address: Annotated[Excerpt, Meta(description="The address that answers, or the first one; may be empty.")]
    conversation_id: Annotated[int, Meta(description="Her newest conversation.")]


class SearchResult(Struct, frozen=True):
    """What was found, within what the caller may see."""

    conversations: Annotated[
        list[FoundConversation],
        Meta(description="The newest first; within a page those first that say it word for word."),
    ]
    customers: Annotated[list[FoundCustomer], Meta(description="On the first page only, and only without filters.")]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]
    looked_back_to: Annotated[
        datetime | None,
        Meta(description="Set when the search stopped before the beginning: `next` looks further back from here."),
    ]
    behind: Annotated[
        int, Meta(description="How many messages are not indexed yet and cannot be found; counting ends at 10,001.")
    ]


class NewAssignee(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to have the conversation."""

    id: Annotated[int | None, Meta(description="The colleague's number; null for nobody.")]


class Address(Struct, frozen=True):
    """Something that reaches or proves a customer."""

    kind: Annotated[
        Literal["email", "phone", "scoped", "account", "cookie"],
        Meta(description="`scoped` means something on one channel only; `account` is a signed user id of your site."),
    ]
    value: Annotated[
        str, Meta(description="In one spelling: E.164, lower case. Empty for `cookie`, which is a secret.")
    ]
    proven: Annotated[bool, Meta(description="Whether it was proven; false when she only said it.")]
    proof: Annotated[str, Meta(description="What proved it: `channel`, `signed reply`, `code` …; empty for nothing.")]
    main: Annotated[bool, Meta(description="She is written to at this one of its kind.")]
    since: Annotated[datetime, Meta(description="When it became known.")]


class Customer(Struct, frozen=True):
    """A person. Asked for by the number of somebody who was found to be her, it is she: compare `id`."""

    id: Number
    name: Name
    also_known_as: Annotated[list[str], Meta(description="Other names of those who were merged into her.")]
    merged_from: Annotated[list[int], Meta(description="The numbers of all who were merged into her; they lead here.")]
    company: Annotated[str, Meta(description="Where she works; may be empty.")]
    region: Annotated[str, Meta(description="ISO 3166, two letters; empty when not known.")]
    language: Annotated[str, Meta(description="BCP 47; empty when not known.")]
    timezone: Annotated[str, Meta(description="IANA name; empty when not known.")]
    prefers: Annotated[str, Meta(description="The kind of address she asked to be reached at; may be empty.")]
    blocked_at: Annotated[
        datetime | None, Meta(description="Since when she is blocked: her messages are kept and disturb nobody.")
    ]
    online: Annotated[bool, Meta(description="She is looking at your site or app now.")]
    addresses: list[Address]
    conversations: Annotated[list[Conversation], Meta(description="Her last 20 that you may see, newest first.")]
    created_at: Moment


class Channel(Struct, frozen=True):
    """One configured connection."""

    id: Number
    connector: Annotated[str, Meta(description="The kind of channel: `email`, `webchat`, `api` …")]
    name: Name
    brand: Named
    paused: Annotated[bool, Meta(description="Nothing is sent or fetched until somebody resumes it.")]
    problem: Annotated[str, Meta(description="What keeps it from working, in words; empty when it works.")]
    hook: Annotated[str | None, Meta(description="Where its provider posts to; for administrators, else null.")]


class ChannelList(Struct, frozen=True):
    """Every channel in use."""

    items: list[Channel]


class Me(Struct, frozen=True):
    """Who the token speaks for."""

    kind: Annotated[Literal["token", "user"], Meta(description="A program's token, or a person.")]
    name: Name
    role: Annotated[Literal["administrator", "lead", "agent", "viewer"], Meta(description="What it may do at most.")]
    may: Annotated[list[str], Meta(description="What it may do, such as `conversation.reply`.")]


class FieldError(Struct, frozen=True):
    """What is wrong with one input."""

    field: Annotated[str, Meta(description="The parameter, header or body field.")]
    message: Annotated[str, Meta(description="What is wrong with it.")]


class Problem(Struct, frozen=True):
    """An error, as RFC 9457 writes it."""

    type: Annotated[str, Meta(description="The kind of problem, an address that explains it.")]
    title: Annotated[str, Meta(description="The kind of problem in words, always the same.")]
    status: Annotated[int, Meta(description="The HTTP status.")]
    detail: Annotated[str, Meta(description="What happened this time and what to do.")]
    instance: Annotated[str, Meta(description="The path that was asked for.")]
    errors: Annotated[list[FieldError], Meta(description="Each input that is wrong, where that can be told.")] = []
    request: Annotated[str, Meta(description="The id under which the log has it; also in X-Request-Id.")] = ""
