"""Answers that leave later: at a moment somebody chose, or after the seconds in which their author may think again.

Such a message is QUEUED with a row in ``scheduled`` and none in ``outbox``; a worker moves what is due. Its ``data``
says it too, so that no screen has to look further: ``leaves`` (seconds since 1970, it can still be undone) or
``later`` (it waits for a chosen moment, and stands in no thread until then).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Select, Text, cast, exists, func, select, tuple_

from madang.channels.models import Channel
from madang.conversations.models import Conversation, Message, Scheduled
from madang.customers.models import Customer
from madang.lib import paging
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.permissions import Scope, Viewer, permit

LEAVES, LATER, THEN, UNTIL = "leaves", "later", "then", "until"  # in a message's data
SAID = Message.data.has_key(LATER).is_not(True)  # what waits for its moment is not said yet
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
    until: datetime | None = None  # until when it was snoozed then

    @property
    def data(self) -> dict[str, Any]:
        """What stands in the message's data."""
        made = {LEAVES if self.undo else LATER: int(self.at.timestamp())}
        slept = {UNTIL: self.until.isoformat()} if self.until else {}
        return made | slept | ({THEN: self.then} if self.then else {})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for its moment. ``wrote``: she has written since; ``held``: so it was not sent. Where she
    is tell ``timezone``, IANA, or her ``language``; '' when nobody knows.

    ``message_id`` changes when it leaves, ``key`` does not.
    """

    key: str
    message_id: int
    conversation_id: int
    customer_name: str
    text: str
    author: str
    author_id: int | None
    channel_id: int
    channel: str
    connector: str
    at: datetime
    asks: bool
    held: bool
    wrote: bool
    timezone: str
    language: str


def seconds_of(wishes: Mapping[str, Any]) -> int:
    """For how many seconds an answer of hers can be undone, by her wish ``undo``."""
    wish = wishes.get("undo", UNDO)
    return int(wish) if wish in CHOICES and not isinstance(wish, bool) else UNDO


def after_undo(wishes: Mapping[str, Any], then: str = "", until: datetime | None = None) -> Later | None:
    """When an answer leaves that is sent now; None is at once."""
    seconds = seconds_of(wishes)
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return Later(at, undo=True, then=then, until=until) if seconds else None


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
    return await _read(tx, _waiting(viewer.scope).where(Scheduled.conversation_id == conversation_id))


async def waiting_under(tx: Tx, viewer: Viewer, conversation_id: int, key: uuid.UUID) -> Waiting | None:
    """One of them by its key; None when it waits no more, or never did."""
    permit(viewer, "conversation.read")
    query = _waiting(viewer.scope).where(Scheduled.conversation_id == conversation_id, Message.client_key == key)
    return next(iter(await _read(tx, query)), None)


async def waiting_of(
    tx: Tx, viewer: Viewer, author: int | Literal["none"] | None, *, cursor: str | None = None, limit: int = 50
) -> Page[Waiting]:
    """A page of what waits in all conversations she may see, the next first. ``author``: somebody's, "none": a
    program's, None: everybody's."""
    permit(viewer, "conversation.read")
    query = _waiting(viewer.scope)
    if author is not None:
        query = query.where(Message.author_id.is_(None) if author == "none" else Message.author_id == author)
    if cursor:
        after = paging.decode(cursor, (datetime, int))
        query = query.where(tuple_(Scheduled.at, Scheduled.message_id) > after)
    return paging.page(await _read(tx, query.limit(limit + 1)), limit, lambda one: (one.at, one.message_id))


@lru_cache(64)  # to build it takes longer than to run it
def _waiting(scope: Scope) -> Select[*tuple[Any, ...]]:
    later = Message.__table__.alias("hers")
    wrote = exists().where(later.c.conversation_id == Scheduled.conversation_id, later.c.id > Scheduled.message_id)
    wrote = wrote.where(later.c.direction == "in", later.c.auto.is_(False), later.c.deleted_at.is_(None))
    return (
        select(
            cast(Message.client_key, Text),
            Scheduled.message_id,
            Scheduled.conversation_id,
            Customer.name,
            Message.text,
            Message.author,
            Message.author_id,
            Scheduled.channel_id,
            Channel.name,
            Channel.connector,
            Scheduled.at,
            Scheduled.asks,
            Scheduled.held,
            wrote.label("wrote"),
            func.coalesce(Customer.timezone, ""),
            Conversation.language,
        )
        .join(Message, Message.id == Scheduled.message_id)
        .join(Conversation, Conversation.id == Scheduled.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Channel, Channel.id == Scheduled.channel_id)
        .where(Scheduled.undo.is_(False), scope.where(Conversation))
        .order_by(Scheduled.at, Scheduled.message_id)
    )


async def _read(tx: Tx, query: Select[*tuple[Any, ...]]) -> list[Waiting]:
    return [Waiting(*row) for row in await tx.execute(query)]


async def zone_of(tx: Tx, customer_id: int) -> str:
    """The customer's time zone as an IANA name, '' when nobody knows it. The caller has checked the scope."""
    query = select(Customer.timezone).where(Customer.id == customer_id)
    return (await tx.execute(query)).scalar_one_or_none() or ""


async def due(tx: Tx) -> list[int]:
    """The messages whose moment has come, the earliest first."""
    query = select(Scheduled.message_id).where(Scheduled.at <= func.now(), Scheduled.held.is_(False))
    return list((await tx.execute(query.order_by(Scheduled.at, Scheduled.message_id).limit(MOST))).scalars())
