"""What exists for a receiver: its scope is the rule of permissions.py, kept with the webhook, asked at every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from madang.channels.models import Channel
from madang.conversations.models import Conversation
from madang.conversations.segments.models import Segment
from madang.conversations.segments.queries import known_to
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.record import SYSTEM
from madang.lib.postgres import Tx
from madang.staff.grants import Grant
from madang.staff.permissions import Scope, Sees, Viewer

LINKS = (Kind.CONVERSATION_LINKED, Kind.CONVERSATION_UNLINKED)
SEGMENTS = (Kind.CUSTOMER_ENTERED_SEGMENT, Kind.CUSTOMER_LEFT_SEGMENT)


@dataclass(frozen=True, slots=True)
class Listener:
    """A webhook that may hear things."""

    id: int
    kinds: frozenset[str]
    scope: Scope


def scope_of(row: Any) -> Scope:
    """The scope of a webhook's row."""
    return Scope(
        user_id=None,
        brands=None if row.all_brands else frozenset(row.brand_ids),
        teams=frozenset(row.team_ids),
        sees=row.sees,
    )


def grant_of(scope: Scope) -> Grant:
    """What whoever looks after such a webhook must have herself: it reads, and nothing else."""
    sees: Sees = scope.sees
    return Grant("viewer", sees, scope.brands, scope.teams)


def everything(scope: Scope) -> bool:
    """Whether nothing is hidden from it."""
    return scope.brands is None and scope.sees == "all"


async def heard(tx: Tx, listeners: Sequence[Listener], events: Sequence[Happened]) -> dict[int, set[int]]:
    """Which of the events exist for each listener: webhook → event ids. What it is about must be in scope *now*."""
    if all(everything(one.scope) for one in listeners):
        return {one.id: {event.id for event in events} for one in listeners}
    places = await _places(tx, {number for event in events for number in _matters(event)})
    brands = await _channel_brands(tx, {channel_of(event) for event in events})
    people = {number for event in events if not event.conversation_id for number in _people(event)}
    made: dict[int, set[int]] = {}
    for one in listeners:
        known = await _customers(tx, one.scope, people) if not everything(one.scope) else people
        strange = await _strange(tx, one.scope, events)
        exists = (event.id for event in events if _exists(one.scope, event, places, brands, known))
        made[one.id] = set(exists) - strange
    return made


async def _strange(tx: Tx, scope: Scope, events: Sequence[Happened]) -> set[int]:
    """What tells who came into segments that ask of conversations it may not know of."""
    about = {event.id: int(event.data["segment"]) for event in events if event.kind in SEGMENTS}
    if everything(scope) or not about:
        return set()
    rule = await known_to(tx, Viewer(SYSTEM, "", "administrator", scope))
    known = set((await tx.execute(select(Segment.id).where(Segment.id.in_(about.values()), rule))).scalars())
    return {number for number, segment in about.items() if segment not in known}


def _exists(scope: Scope, event: Happened, places: dict[int, Any], brands: dict[int, int], known: set[Any]) -> bool:
    if everything(scope):
        return True
    if event.conversation_id:
        return all(_holds(scope, places.get(number)) for number in _matters(event))
    if event.customer_id:
        return known.issuperset(_people(event))
    brand = brands.get(channel_of(event))
    return brand is not None and (scope.brands is None or brand in scope.brands)


def _holds(scope: Scope, place: Any) -> bool:
    return place is not None and scope.allows(place.brand_id, place.team_id, place.assignee_id)


def _matters(event: Happened) -> set[int]:
    """The conversations an event is about: of a link, both."""
    other = event.data.get("other") if event.kind in LINKS else None
    return {number for number in (event.conversation_id, other) if number}


def _people(event: Happened) -> set[int]:
    """The customers an event is about: of a question whether two are one, both."""
    other = event.data.get("other") if event.kind == Kind.SUGGESTION_MADE else None
    return {number for number in (event.customer_id, other) if number}


def channel_of(event: Happened) -> int:
    """The channel an event is about, 0 when it is about none."""
    number = event.data.get("channel")
    return number if isinstance(number, int) else 0


async def _places(tx: Tx, numbers: Iterable[int]) -> dict[int, Any]:
    columns = (Conversation.id, Conversation.brand_id, Conversation.team_id, Conversation.assignee_id)
    return {row.id: row for row in await tx.execute(select(*columns).where(Conversation.id.in_(set(numbers))))}


async def _channel_brands(tx: Tx, numbers: set[int]) -> dict[int, int]:
    query = select(Channel.id, Channel.brand_id).where(Channel.id.in_(numbers))
    return {row.id: row.brand_id for row in await tx.execute(query)}


async def _customers(tx: Tx, scope: Scope, numbers: set[Any]) -> set[Any]:
    """Those with a conversation in scope."""
    if not numbers:
        return set()
    query = select(Conversation.customer_id).where(Conversation.customer_id.in_(numbers), scope.where(Conversation))
    return set((await tx.execute(query)).scalars())
