"""Answers that leave later: at a moment somebody chose, or after the seconds in which their author may think again.

Such a message is QUEUED with a row in ``scheduled`` and none in ``outbox``; a worker moves what is due. Its ``data``
says it too, so that no screen has to look further: ``leaves`` (seconds since 1970, it can still be undone) or
``later`` (it waits for a chosen moment, and stands in no thread until then).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from madang.channels.models import Channel
from madang.conversations.models import Conversation, Message, Scheduled
from madang.customers.models import Customer
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

LEAVES, LATER, THEN = "leaves", "later", "then"  # in a message's data
UNDO = 10  # seconds in which an answer can be undone, where its author wishes nothing else
CHOICES = (0, 5, 10, 20, 30)
SOONEST, LATEST = timedelta(seconds=30), timedelta(days=366)
MOST = 100  # of one round


@dataclass(frozen=True, slots=True)
class Later:
    """When an answer leaves. ``undo``: only so that its author may think again. ``asks``: not if she writes before,
    then the author is asked."""

    at: datetime
    undo: bool = False
    asks: bool = False
    then: str = ""  # what was done with the conversation at once; taken back with the answer

    @property
    def data(self) -> dict[str, Any]:
        """What stands in the message's data."""
        made = {LEAVES if self.undo else LATER: int(self.at.timestamp())}
        return made | ({THEN: self.then} if self.then else {})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for its moment. ``wrote``: she has written since; ``held``: so it was not sent."""

    key: str
    text: str
    author: str
    author_id: int | None
    channel: str
    connector: str
    at: datetime
    asks: bool
    held: bool
    wrote: bool


def seconds_of(wishes: Mapping[str, Any]) -> int:
    """For how many seconds an answer of hers can be undone, by her wish ``undo``."""
    wish = wishes.get("undo", UNDO)
    return int(wish) if wish in CHOICES and not isinstance(wish, bool) else UNDO


def after_undo(wishes: Mapping[str, Any], then: str = "") -> Later | None:
    """When an answer leaves that is sent now; None is at once."""
    seconds = seconds_of(wishes)
    return Later(datetime.now(UTC) + timedelta(seconds=seconds), undo=True, then=then) if seconds else None


def checked(at: datetime) -> datetime:
    """A moment that was chosen; raises Refused for one that is past, or farther than a year."""
    now = datetime.now(UTC)
    if at < now + SOONEST:
        raise Refused(_("This moment is past. Choose one that comes."), "later")
    if at > now + LATEST:
        raise Refused(_("This is more than a year away. Choose an earlier moment."), "later")
    return at


async def waiting(tx: Tx, viewer: Viewer, conversation_id: int) -> list[Waiting]:
    """What waits in a conversation for a chosen moment, the next first."""
    permit(viewer, "conversation.read")
    later = Message.__table__.alias("hers")
    wrote = exists().where(later.c.conversation_id == Scheduled.conversation_id, later.c.id > Scheduled.message_id)
    wrote = wrote.where(later.c.direction == "in", later.c.auto.is_(False), later.c.deleted_at.is_(None))
    query = (
        select(
            Message.client_key,
            Message.text,
            Message.author,
            Message.author_id,
            Channel.name,
            Channel.connector,
            Scheduled.at,
            Scheduled.asks,
            Scheduled.held,
            wrote.label("wrote"),
        )
        .join(Message, Message.id == Scheduled.message_id)
        .join(Conversation, Conversation.id == Scheduled.conversation_id)
        .join(Channel, Channel.id == Scheduled.channel_id)
        .where(Scheduled.conversation_id == conversation_id, Scheduled.undo.is_(False))
        .where(viewer.scope.where(Conversation))
        .order_by(Scheduled.at, Scheduled.message_id)
    )
    return [Waiting(str(row[0]), *tuple(row)[1:]) for row in await tx.execute(query)]


async def zone_of(tx: Tx, customer_id: int) -> str:
    """The customer's time zone as an IANA name, '' when nobody knows it. The caller has checked the scope."""
    query = select(Customer.timezone).where(Customer.id == customer_id)
    return (await tx.execute(query)).scalar_one_or_none() or ""


async def due(tx: Tx) -> list[int]:
    """The messages whose moment has come, the earliest first."""
    query = select(Scheduled.message_id).where(Scheduled.at <= func.now(), Scheduled.held.is_(False))
    return list((await tx.execute(query.order_by(Scheduled.at, Scheduled.message_id).limit(MOST))).scalars())
