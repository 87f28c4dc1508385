"""Two answer at once: what colleagues said since somebody last looked, asked in the moment she sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from madang.conversations.actions.hold import hold
from madang.conversations.models import Conversation, Message
from madang.conversations.scheduling import SAID
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

MOST = 50  # messages shown of what was said since


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message said since: as much of it as the rule asks."""

    id: int
    direction: str
    author_id: int | None
    auto: bool


class Crossed(Exception):
    """A colleague has answered, or left a note, since ``seen``: nothing was sent. Answered 409 with what was said."""

    def __init__(self, conversation_id: int, seen: int, newest: int) -> None:
        super().__init__(f"conversation {conversation_id} goes on after {seen}, up to {newest}")
        self.conversation_id = conversation_id
        self.seen = seen
        self.newest = newest


def crosses(since: Iterable[Spoken], user_id: int | None) -> bool:
    """Whether what was said since is a reason to look again: a colleague's words, no robot's and none of her own.

    What the customer writes meanwhile is no collision: the answer would be held up by everybody who types on.
    """
    return any(one.direction in ("out", "note") and not one.auto and one.author_id != user_id for one in since)


async def check(tx: Tx, viewer: Viewer, conversation_id: int, seen: int) -> None:
    """Raise :class:`Crossed` when a colleague spoke after message ``seen``; 0 asks nothing (programs send so).

    Holds the conversation, so that of two who send in one moment the second is asked.
    """
    if seen <= 0:
        return
    await hold(tx, viewer, "conversation.read", conversation_id)
    since = await spoken(tx, conversation_id, seen)
    if crosses(since, viewer.user_id):
        raise Crossed(conversation_id, seen, max(one.id for one in since))


async def spoken(tx: Tx, conversation_id: int, seen: int) -> list[Spoken]:
    """What was said after message ``seen`` and still stands, the newest :data:`MOST`, oldest first."""
    query = (
        select(Message.id, Message.direction, Message.author_id, Message.auto)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.conversation_id == conversation_id, Message.id > seen, Message.deleted_at.is_(None), SAID)
        .order_by(Message.id.desc())
        .limit(MOST)
    )
    return [Spoken(*row) for row in await tx.execute(query)][::-1]
