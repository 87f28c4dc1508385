"""What happened to a conversation between its messages: its own events, those of what was merged into it, and the
orders its customer made while it was open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Select, any_, bindparam, cast, func, select

from madang.conversations.joining.queries import parts
from madang.conversations.models import Conversation
from madang.conversations.rows import TOLD, Line, Said
from madang.customers.records import CustomerEvent
from madang.events.kinds import Kind
from madang.events.models import Event
from madang.events.record import token_of
from madang.lib.partitions import floor_of
from madang.lib.postgres import Tx
from madang.staff.models import ApiToken, User
from madang.staff.permissions import Scope, Viewer

SHOWN = (
    Kind.CONVERSATION_CLOSED,
    Kind.CONVERSATION_REOPENED,
    Kind.CONVERSATION_ASSIGNED,
    Kind.MESSAGE_REROUTED,
    Kind.CONVERSATION_MOVED,
    Kind.CONVERSATION_MOVED_BACK,
    Kind.CONVERSATION_KEPT,
    Kind.CONVERSATION_MERGED,
    Kind.CONVERSATION_UNMERGED,
    Kind.CONVERSATION_LINKED,
    Kind.CONVERSATION_UNLINKED,
    Kind.CONVERSATION_TAGGED,
    Kind.CONVERSATION_SNOOZED,
    Kind.CONVERSATION_WOKEN,
    Kind.CONVERSATION_PRIORITISED,
    Kind.DOOR_BARRED,
    Kind.DOOR_OPENED,
    Kind.CARRY_OFFERED,
    Kind.CARRY_USED,
    Kind.MACRO_USED,
    Kind.MACRO_UNDONE,
)
TWICE = (Kind.CONVERSATION_MERGED, Kind.CONVERSATION_UNMERGED, Kind.CONVERSATION_MOVED, Kind.CONVERSATION_MOVED_BACK)
LINES = 100  # of what happened between the messages of one stretch
ORDERS = 20  # of them about orders
OF_ORDERS = ("title", "url", "amount", "currency")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages in order. ``first``: none came before them; ``last``: none came after."""

    conversation_id: int
    messages: Sequence[Said]
    first: bool
    last: bool

    @property
    def since(self) -> datetime | None:
        """From when on."""
        return None if self.first else self.messages[0].at

    @property
    def until(self) -> datetime | None:
        """Up to when."""
        return None if self.last else self.messages[-1].at


async def happened(tx: Tx, viewer: Viewer, stretch: Stretch) -> list[Line]:
    """What happened among these messages."""
    if not stretch.messages:
        return []
    here = stretch.conversation_id
    ids = [here, *await parts(tx, here)]
    return [*await _events(tx, viewer, stretch, ids), *await _orders(tx, viewer, stretch)]


async def _events(tx: Tx, viewer: Viewer, stretch: Stretch, ids: Sequence[int]) -> list[Line]:
    here = stretch.conversation_id
    given = {"here": here, "since": stretch.since, "until": stretch.until, "ids": list(ids)}
    given["floor"] = floor_of(stretch.messages[0].id)  # numbers of events and messages keep to the same months
    rows = (await tx.execute(_among(viewer.scope, stretch.first, stretch.last), given)).all()
    rows = [row for row in rows if row.conversation_id == here or row.kind not in TWICE]
    names = await actor_names(tx, {who for row in rows for who in (row.actor, token_of(row.data))})
    return [_line(row, names, here) for row in rows]


@lru_cache(64)  # to build it takes longer than to run it
def _among(scope: Scope, first: bool, last: bool) -> Select[*tuple[Any, ...]]:
    seen = select(Conversation.id).where(Conversation.id == bindparam("here"), scope.where(Conversation)).exists()
    some = Event.conversation_id == any_(cast(bindparam("ids"), ARRAY(BigInteger)))
    query = select(Event.id, Event.kind, Event.actor, Event.at, Event.data, Event.conversation_id)
    query = query.where(some, Event.kind.in_(SHOWN), seen, Event.id >= bindparam("floor"))
    query = query if first else query.where(Event.at >= bindparam("since"))
    query = query if last else query.where(Event.at <= bindparam("until"))
    return query.order_by(Event.id.desc()).limit(LINES)


def _line(row: Any, names: Mapping[str, str], here: int) -> Line:
    who, token = names.get(row.actor, ""), names.get(token_of(row.data), "")
    return Line(row.id, row.kind, row.actor, who, row.at, row.data, here, token)


async def _orders(tx: Tx, viewer: Viewer, stretch: Stretch) -> list[Line]:
    """What she ordered while it was open. Their numbers are below zero: events have those above."""
    given = {"here": stretch.conversation_id, "since": stretch.since, "until": stretch.until}
    rows = (await tx.execute(_ordered(viewer.scope), given)).mappings()
    return [
        Line(-row["id"], TOLD, "", "", row["at"], {name: row[name] for name in OF_ORDERS}, stretch.conversation_id)
        for row in rows
    ]


@lru_cache(64)
def _ordered(scope: Scope) -> Select[*tuple[Any, ...]]:
    since, until = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
    ends = func.coalesce(func.least(until, Conversation.closed_at), func.now())  # both pass over what is null
    told = [getattr(CustomerEvent, name) for name in OF_ORDERS]
    return (
        select(CustomerEvent.id, CustomerEvent.at, *told)
        .join(Conversation, Conversation.customer_id == CustomerEvent.customer_id)
        .where(Conversation.id == bindparam("here"), scope.where(Conversation), CustomerEvent.kind == "order")
        .where(CustomerEvent.at >= func.greatest(Conversation.created_at, since), CustomerEvent.at <= ends)
        .order_by(CustomerEvent.at.desc(), CustomerEvent.id.desc())
        .limit(ORDERS)
    )


async def actor_names(tx: Tx, actors: set[str]) -> dict[str, str]:
    """Names of the users and tokens among event actors (``user:3``, ``token:4``)."""
    made: dict[str, str] = {}
    for kind, table in (("user", User), ("token", ApiToken)):
        numbers = [int(actor.split(":")[1]) for actor in actors if actor.startswith(f"{kind}:")]
        if numbers:
            rows = await tx.execute(select(table.id, table.name).where(table.id.in_(numbers)))
            made |= {f"{kind}:{row.id}": row.name for row in rows}
    return made
