"""What a batch of events means on screens: loaded once, drawn once for all who read alike, cut to each one's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, cast, select

from madang.conversations.models import Conversation
from madang.conversations.rows import Line, Said
from madang.conversations.scheduling import LATER
from madang.conversations.threads import SHOWN, actor_names, said
from madang.customers.models import Customer
from madang.desk.opened import house
from madang.desk.page import pages
from madang.desk.turned import concerned, parted
from madang.desk.wording import state_name
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.record import token_of
from madang.events.tap import sse
from madang.lib.postgres import Tx
from madang.staff.permissions import PERMISSIONS, Role, Scope

NEW = {Kind.MESSAGE_RECEIVED, Kind.MESSAGE_SCHEDULED, Kind.MESSAGE_QUEUED, Kind.MESSAGE_NOTED, Kind.MESSAGE_ECHOED}
CHANGED = {
    Kind.MESSAGE_STATE,
    Kind.MESSAGE_EDITED,
    Kind.MESSAGE_DELETED,
    Kind.MESSAGE_REROUTED,
    Kind.MESSAGE_MEDIA,
    Kind.MESSAGE_REACTED,
    Kind.MESSAGE_HIDDEN,
}
QUIET = {Kind.CONVERSATION_SEEN}
MANY = 40  # messages of one batch that are drawn; of more, browsers ask for those they show


@dataclass(frozen=True, slots=True)
class Reading:
    """Who share these read the same letters."""

    language: str
    timezone: str
    role: Role


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands: what decides who sees it, and what its messages are drawn with."""

    id: int
    brand_id: int
    team_id: int | None
    assignee_id: int | None
    subject: str
    customer_name: str

    def seen_by(self, scope: Scope) -> bool:
        """Whether it exists for this scope."""
        return scope.allows(self.brand_id, self.team_id, self.assignee_id)


@dataclass(slots=True)
class Told:
    """One batch, ready to be drawn."""

    events: list[Happened]
    position: int
    places: dict[int, Place]
    messages: dict[int, Said]
    actors: dict[str, str]
    house: dict[str, Any]
    many: bool
    turned: set[int]
    parted: set[int]
    _drawn: dict[tuple[Reading, int], bytes] = field(default_factory=dict)

    def blob(self, reading: Reading, scope: Scope) -> bytes:
        """The server-sent events of this batch for one browser; b'' when none of it exists for her."""
        visible = {number for number, place in self.places.items() if place.seen_by(scope)}
        parts = [self._piece(reading, event) for event in self.events if event.conversation_id in visible]
        if self.many and (news := Counter(place for place in self._news() if place in visible)):
            parts.append(sse("many", {"c": list(news.items())}, self.position))
        stale = visible | {event.conversation_id for event in self.events if self._was_seen(event, scope)}
        if stale:
            parts.append(sse("stale", {"c": sorted(one for one in stale if one)}, self.position))
        if visible & (self.turned | self.parted):
            parts.append(sse("who", {"parted": sorted(visible & self.parted)}, self.position))
        return b"".join(parts)

    def _news(self) -> Iterator[int]:
        """The conversation of each event about a message."""
        return (event.conversation_id or 0 for event in self.events if event.kind in NEW | CHANGED and event.message_id)

    def _was_seen(self, event: Happened, scope: Scope) -> bool:
        """Whether an assignment took it out of her sight: its row has to go."""
        place = self.places.get(event.conversation_id or 0)
        if place is None or event.kind != Kind.CONVERSATION_ASSIGNED:
            return False
        team = event.data.get("before_team", place.team_id)
        return scope.allows(place.brand_id, team, event.data.get("before", place.assignee_id))

    def _piece(self, reading: Reading, event: Happened) -> bytes:
        key = (reading, event.id)
        if key not in self._drawn:
            self._drawn[key] = b"".join(self._draw(reading, event))
        return self._drawn[key]

    def _draw(self, reading: Reading, event: Happened) -> Iterator[bytes]:
        place = self.places[event.conversation_id or 0]
        message = self.messages.get(event.message_id or 0)
        if event.kind == Kind.MESSAGE_UNSCHEDULED:
            yield sse("gone", {"c": place.id, "key": event.data.get("key", "")}, self.position)
        if event.kind in NEW | CHANGED and message is not None and LATER not in message.data:
            yield sse(
                "message" if event.kind in NEW else "state", self._message(reading, place, message), self.position
            )
        if event.kind in SHOWN:
            yield sse("message", self._line(reading, place, event), self.position)

    def _message(self, reading: Reading, place: Place, message: Said) -> dict[str, Any]:
        names = {"customer_name": place.customer_name, "subject": place.subject}
        html = self._render(reading, "desk/message.html", m=message, **names)
        more = {"from": place.customer_name, "way": message.direction}
        return {"c": place.id, "key": message.key, "state": state_name(message.state), "html": html, **more}

    def _line(self, reading: Reading, place: Place, event: Happened) -> dict[str, Any]:
        who, token = self.actors.get(event.actor, ""), self.actors.get(token_of(event.data), "")
        line = Line(event.id, event.kind, event.actor, who, event.at, event.data, place.id, token)
        html = self._render(reading, "desk/line.html", line=line)
        return {"c": place.id, "key": f"e-{event.id}", "state": "", "html": html, "way": "event"}

    def _render(self, reading: Reading, template: str, **context: Any) -> str:
        allowed = PERMISSIONS[reading.role]
        return pages().render(template, reading.language, reading.timezone, allowed=allowed, **self.house, **context)


async def places(tx: Tx, numbers: set[int]) -> dict[int, Place]:
    """Where these conversations stand."""
    columns = (
        Conversation.id,
        Conversation.brand_id,
        Conversation.team_id,
        Conversation.assignee_id,
        Conversation.subject,
        Customer.name,
    )
    rule = Conversation.id == any_(cast(list(numbers), ARRAY(BigInteger)))  # one statement, however many
    query = select(*columns).join(Customer, Customer.id == Conversation.customer_id).where(rule)
    return {row[0]: Place(*row) for row in await tx.execute(query)}


async def told(tx: Tx, batch: Sequence[Happened], position: int, names: Mapping[str, Any] | None = None) -> Told:
    """Load what a batch needs to be drawn. ``names``: what :func:`madang.desk.opened.house` says, when it is known."""
    events = [event for event in batch if event.conversation_id]
    wanted = {event.message_id for event in events if event.kind in NEW | CHANGED and event.message_id}
    many = len(wanted) > MANY
    turned, gave = await concerned(tx, batch), parted(batch)
    messages = [] if many or not wanted else await said(tx, sorted(wanted))
    return Told(
        events=events,
        position=position,
        places=await places(tx, {event.conversation_id for event in events if event.conversation_id} | turned | gave),
        messages={message.id: message for message in messages},
        actors=await actor_names(
            tx, {who for event in events if event.kind in SHOWN for who in (event.actor, token_of(event.data))}
        ),
        house=dict(names if names is not None else await house(tx)),
        many=many,
        turned=turned,
        parted=gave,
    )
