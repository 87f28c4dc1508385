"""Shapes of answers that wait for their moment, and of drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from madang.api.shapes import Mark, Moment, Named

Hold = Annotated[
    bool, Meta(description="If the customer writes before, it stays: `held`, and its author is asked what to do.")
]
Words = Annotated[str, Meta(description="Plain text, 1 to 50,000 characters.", min_length=1, max_length=50_000)]
Addresses = Annotated[list[str], Meta(description="Mail addresses, on channels that have them.", max_length=100)]


class Scheduled(Struct, frozen=True):
    """An answer that waits for its moment."""

    key: Annotated[
        str, Meta(description="By what it is moved, sent and taken back. It stays; the message's number does not.")
    ]
    conversation_id: Annotated[int, Meta(description="Where it will be said.")]
    customer: Annotated[str, Meta(description="The name of whom it is for; may be empty.")]
    text: Annotated[str, Meta(description="What it will say.")]
    author: Annotated[str, Meta(description="The name of who wrote it.")]
    author_id: Annotated[int | None, Meta(description="The colleague; null for programs.")]
    channel: Annotated[Mark, Meta(description="The channel it will go by.")]
    send_at: Moment
    hold_on_news: Hold
    state: Annotated[
        Literal["waiting", "held"], Meta(description="`held`: its moment came, and the customer had written.")
    ]
    customer_wrote: Annotated[bool, Meta(description="She has written since: look whether it still fits.")]


class ScheduledList(Struct, frozen=True):
    """What waits in a conversation, the next first."""

    items: list[Scheduled]


class ScheduledPage(Struct, frozen=True):
    """A page of what waits, the next first."""

    items: list[Scheduled]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class NewMoment(Struct, frozen=True, forbid_unknown_fields=True):
    """When it is to go instead."""

    send_at: Annotated[datetime, Meta(tz=True, description="At least half a minute and at most a year away.")]
    hold_on_news: Hold | None = None


class TakenBack(Struct, frozen=True):
    """What will not be said after all."""

    text: Annotated[str, Meta(description="Its words, with light marks where it had some.")]
    subject: Annotated[str, Meta(description="Its subject; empty where it had none.")]
    draft_of: Annotated[
        Named | None,
        Meta(description="Whose draft it is now, before what she had begun since; null when a program had written it."),
    ]


class Draft(Struct, frozen=True):
    """What somebody has begun in a conversation and not sent. Nobody else sees it."""

    conversation_id: Annotated[int, Meta(description="Where.")]
    text: Annotated[str, Meta(description="So far, with light marks.")]
    kind: Annotated[Literal["reply", "note"], Meta(description="An answer, or a note among colleagues.")]
    channel: Annotated[int | None, Meta(description="The channel that was chosen; null when none was.")]
    subject: Annotated[str, Meta(description="As it was written; may be empty.")]
    to: Addresses
    cc: Addresses
    bcc: Addresses
    files: Annotated[list[str], Meta(description="The names of files that wait with it.")]
    rev: Annotated[int, Meta(description="Names this state of it: `base` of a change.")]
    other: Annotated[
        str | None, Meta(description="Words that were written elsewhere meanwhile and kept beside it; else null.")
    ]


class DraftLine(Struct, frozen=True):
    """One of them."""

    conversation_id: Annotated[int, Meta(description="Where.")]
    customer: Annotated[str, Meta(description="The name of whom it is for; may be empty.")]
    text: Annotated[str, Meta(description="So far.")]
    kind: Annotated[Literal["reply", "note"], Meta(description="An answer, or a note among colleagues.")]
    at: Moment


class DraftList(Struct, frozen=True):
    """Your drafts, the newest first, at most 100."""

    items: list[DraftLine]


class NewDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """What it is to be. Files and buttons that wait with it stay."""

    text: Words
    kind: Annotated[Literal["reply", "note"], Meta(description="An answer, or a note among colleagues.")] = "reply"
    channel: Annotated[
        Annotated[int, Meta(ge=1, le=2**63 - 1)] | None, Meta(description="The channel it is to go by; null: as usual.")
    ] = None
    subject: Annotated[str, Meta(description="On channels that have one.", max_length=1000)] = ""
    to: Addresses = []
    cc: Addresses = []
    bcc: Addresses = []
    base: Annotated[
        int | None,
        Meta(
            description="The `rev` it was written on. Was another written since, then yours stands and the other words "
            "are kept in `other`. Without it, yours simply stands."
        ),
    ] = None
