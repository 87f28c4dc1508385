"""What screens and programs see of a conversation and its messages: plain rows, no database behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from madang.conversations.models import State


@dataclass(frozen=True, slots=True)
class ChannelMark:
    """A channel as a small mark shows it."""

    id: int
    connector: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list."""

    id: int
    status: str
    subject: str
    customer_id: int
    customer_name: str
    brand_id: int
    assignee_id: int | None
    assignee_name: str
    team_id: int | None
    unread: int
    last_text: str
    last_at: datetime
    sort_at: datetime  # by which lists are sorted: of what was said last, or of the end of its snooze
    last_direction: str
    last_state: State
    last_channel: ChannelMark | None
    channels: list[ChannelMark]
    tags: list[str]
    language: str
    messages: int
    created_at: datetime
    topic: str = ""
    priority: int = 1  # 0 low, 1 normal, 2 high, 3 urgent
    snoozed_until: datetime | None = None
    waiting_since: datetime | None = None  # what she wrote then nobody has answered yet
    mentioned: bool = False  # a note names whoever looks, and she has not seen it
    drafted: bool = False  # she has begun an answer
    merged_into_id: int | None = None
    back: str | None = None  # its snooze has ended and nothing was said since: who snoozed it, '' for a program


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; ``key`` names its URL."""

    key: str
    name: str
    mime: str
    size: int
    inline: bool = False
    content_id: str = ""
    sha256: str = ""
    message_id: int = 0
    scan: str = ""  # '' before the virus scan, clean, infected
    scan_found: str = ""  # what was found, or why it still waits


class Reaction(NamedTuple):
    """An emoji under a message. ``who`` is '' for the customer; ``mine``: put there by our side."""

    emoji: str
    who: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``key`` is its DOM id: the client-made one where there is one."""

    id: int
    key: str
    conversation_id: int
    direction: str
    author: str
    author_id: int | None
    text: str
    full_text: str
    subject: str
    html: bool
    channel: ChannelMark | None
    state: State
    why: str
    problem: str
    at: datetime
    auto: bool
    edited_at: datetime | None
    deleted_at: datetime | None
    data: dict[str, Any]
    attachments: list[File] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    versions: int = 0  # how often it was said otherwise before


TOLD = "customer.order"  # the kind of a line about an order of hers that a shop told; its ``data`` is what it told


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened to the conversation, between its messages."""

    event_id: int
    kind: str
    actor: str
    actor_name: str
    at: datetime
    data: dict[str, Any]
    conversation_id: int = 0
    token: str = ""  # the name of the one by which she did it, when it was a program that spoke for her


@dataclass(frozen=True, slots=True)
class Thread:
    """A stretch of a conversation, oldest first. ``older``: pass it as ``before`` for what came earlier."""

    items: list[Said | Line]
    older: int | None
    newest: int = 0  # its newest message; 0 in a stretch further back
