"""What a search answers: conversations by their best message, and customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from madang.conversations.rows import ChannelMark, Row
from madang.lib.search.excerpt import Excerpt


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """A conversation with the message that answers best. ``others``: how many more of its messages are on this page."""

    row: Row
    message_id: int
    direction: str
    author: str
    at: datetime
    channel: ChannelMark | None
    text: Excerpt
    subject: Excerpt
    name: Excerpt
    others: int


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer in scope, with the address that was asked for or her first, and her newest conversation."""

    id: int
    name: Excerpt
    address: Excerpt
    conversation_id: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """What is not indexed yet: ``new`` messages just said, ``old`` ones of the past. Counting stops at CAP."""

    new: int
    old: int

    def __bool__(self) -> bool:
        return bool(self.new or self.old)


@dataclass(frozen=True, slots=True)
class Found:
    """One page. ``next`` goes on from here; ``looked_back_to`` is set when the search stopped before the beginning."""

    conversations: list[FoundConversation]
    next: str | None
    looked_back_to: datetime | None
