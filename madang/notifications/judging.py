"""Who is told of what: from a batch of events to colleagues and their reasons, by what exists for each of them now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text

from madang.events.kinds import Kind as Event
from madang.events.log import Happened
from madang.events.record import SYSTEM
from madang.lib.postgres import Tx
from madang.notifications import wishes
from madang.notifications.models import Wishes as Row
from madang.notifications.wishes import RANK, Kind, Way, Wishes
from madang.staff.models import User
from madang.staff.permissions import Viewer
from madang.staff.viewers import people, viewer

SAID = frozenset({Event.MESSAGE_RECEIVED, Event.MESSAGE_NOTED})
SAID_IN = "in"
TROUBLE = ("failed", "unsure")
ONCE: tuple[Kind, ...] = ("team", "view")  # while the last of them is unseen, nothing more of that conversation

MESSAGES = text("""
select m.id as message_id, m.direction, m.auto, m.author_id, m.deleted_at is not null as deleted, c.id, c.brand_id,
  c.team_id, c.assignee_id, c.status, c.merged_into_id is not null as merged, u.blocked_at is not null as blocked
from message m join conversation c on c.id = m.conversation_id join customer u on u.id = c.customer_id
where m.id = any(cast(:messages as bigint[]))
union all
select 0, '', false, null, false, c.id, c.brand_id, c.team_id, c.assignee_id, c.status, c.merged_into_id is not null,
  false
from conversation c where c.id = any(cast(:conversations as bigint[]))
""")
FOLLOWERS = text("select conversation_id, user_id from follower where conversation_id = any(cast(:ids as bigint[]))")
MENTIONS = text("select message_id, user_id from mention where message_id = any(cast(:ids as bigint[]))")
READ = text("""
select user_id, conversation_id, message_id from reading where conversation_id = any(cast(:ids as bigint[]))
""")
# One who has not seen the last thing nobody has is not told of the next one in the same conversation.
WAITING = text("""
select user_id, conversation_id from notification
where conversation_id = any(cast(:ids as bigint[])) and seen_at is null and kind in ('team', 'view')
""")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing one colleague is to be told. ``key`` names it."""

    user_id: int
    key: str
    kind: Kind
    conversation_id: int
    message_id: int | None
    at: datetime
    data: dict[str, Any]
    ways: frozenset[Way]


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague and what she wants."""

    viewer: Viewer
    wishes: Wishes


@dataclass(slots=True)
class Known:
    """What a batch is judged with."""

    messages: dict[int, Any] = field(default_factory=dict)
    conversations: dict[int, Any] = field(default_factory=dict)
    followers: dict[int, set[int]] = field(default_factory=dict)
    mentions: dict[int, set[int]] = field(default_factory=dict)
    read: dict[tuple[int, int], int] = field(default_factory=dict)
    waiting: set[tuple[int, int]] = field(default_factory=set)
    people: dict[int, Person] = field(default_factory=dict)
    views: Mapping[tuple[int, int], Mapping[int, str]] = field(default_factory=dict)  # watching.py


async def know(tx: Tx, batch: Sequence[Happened]) -> Known:
    """Load what the batch is judged with."""
    said = [one.message_id for one in batch if one.message_id]
    given = [one.conversation_id for one in batch if one.conversation_id]
    rows = (await tx.execute(MESSAGES, {"messages": said, "conversations": given})).all()
    known = Known({row.message_id: row for row in rows if row.message_id}, {row.id: row for row in rows})
    ids = {"ids": list(known.conversations)}
    for row in await tx.execute(FOLLOWERS, ids):
        known.followers.setdefault(row.conversation_id, set()).add(row.user_id)
    for row in await tx.execute(MENTIONS, {"ids": said}):
        known.mentions.setdefault(row.message_id, set()).add(row.user_id)
    known.read = {(row.user_id, row.conversation_id): row.message_id for row in await tx.execute(READ, ids)}
    known.waiting = {(row.user_id, row.conversation_id) for row in await tx.execute(WAITING, ids)}
    known.people = await persons(tx)
    return known


async def persons(tx: Tx, ids: Collection[int] | None = None) -> dict[int, Person]:
    """Colleagues with their wishes; all of them, or those of these numbers."""
    query = people().add_columns(Row.data).outerjoin(Row, Row.user_id == User.id)
    if ids is not None:
        query = query.where(User.id.in_(ids))
    return {row.id: Person(viewer(row), wishes.read(row.data)) for row in await tx.execute(query)}


def things(batch: Sequence[Happened], known: Known) -> list[Thing]:
    """What is to be told to whom: each thing once a person, for the first reason she wants to hear of it, by every way
    that one of the reasons asks for."""
    found: dict[tuple[int, str], Thing] = {}
    for event in batch:
        for user_id, kind, key, data in _reasons(event, known):
            before = found.get((user_id, key))
            ways = _ways(known, user_id, kind, data)
            if not ways or not _may_hear(event, known, user_id, kind, begun=before is not None):
                continue
            if before is not None and RANK[kind] >= RANK[before.kind]:
                found[user_id, key] = replace(before, ways=before.ways | ways)
                continue
            ways |= before.ways if before else ways
            made = Thing(user_id, key, kind, event.conversation_id or 0, event.message_id, event.at, data, ways)
            found[user_id, key] = made
            if kind in ONCE:
                known.waiting.add((user_id, made.conversation_id))
    return list(found.values())


def _ways(known: Known, user_id: int, kind: Kind, data: dict[str, Any]) -> frozenset[Way]:
    """By which ways she wants to hear of it; of what is gone or in no way, by none."""
    person = known.people.get(user_id)
    return person.wishes.ways(kind, data.get("in")) if person else frozenset()


Reason = tuple[int, Kind, str, dict[str, Any]]


def _reasons(event: Happened, known: Known) -> Iterator[Reason]:
    """(whom, why, the thing's name, more) without asking yet what she wants and may see."""
    if event.kind in SAID:
        yield from _said(event, known)
    elif event.kind == Event.CONVERSATION_ASSIGNED and event.data.get("assignee"):
        yield event.data["assignee"], "assigned", f"a{event.id}", {"by": event.actor}
    elif event.kind == Event.MESSAGE_STATE and event.data.get("state") in TROUBLE:
        message = known.messages.get(event.message_id or 0)
        if message is not None and message.author_id and not message.deleted:
            yield message.author_id, "failed", f"f{event.message_id}", {"state": event.data["state"]}
    elif event.kind == Event.MESSAGE_HELD and event.data.get("author"):
        yield event.data["author"], "failed", f"h{event.id}", {"state": "held"}
    elif event.kind == Event.CONVERSATION_WOKEN and event.actor == str(SYSTEM):
        yield from _woke(event, known)


def _said(event: Happened, known: Known) -> Iterator[Reason]:
    message = known.messages.get(event.message_id or 0)
    if message is None or message.auto or message.deleted or message.blocked:
        return
    key, data = f"m{event.message_id}", {"note": True} if message.direction == "note" else {}
    for user_id in known.mentions.get(message.message_id, ()):
        yield user_id, "mention", key, data
    if message.assignee_id:
        yield message.assignee_id, "mine", key, data
    for user_id in known.followers.get(message.id, ()):
        yield user_id, "followed", key, data
    if message.direction != SAID_IN:
        return
    for user_id, person in known.people.items():
        if message.assignee_id is None and _could_take(person.viewer, message.team_id):
            yield user_id, "team", key, data
        for view, name in known.views.get((user_id, message.id), {}).items():
            yield user_id, "view", key, {"view": name, "in": view}


def _could_take(one: Viewer, team_id: int | None) -> bool:
    return one.may("conversation.reply") and (team_id is None or team_id in one.scope.teams)


def _woke(event: Happened, known: Known) -> Iterator[Reason]:
    conversation = known.conversations.get(event.conversation_id or 0)
    if conversation is None:
        return
    whom = {conversation.assignee_id, event.data.get("user")} - {None}  # and who has put it to sleep
    for user_id in whom:
        yield user_id, "woke", f"w{event.id}", {}


def _may_hear(event: Happened, known: Known, user_id: int, kind: Kind, *, begun: bool) -> bool:
    """Not of what she did herself, nor of what she has read, nor out of her scope. ``begun``: for another reason she
    is told of the same thing."""
    person, place = known.people.get(user_id), known.conversations.get(event.conversation_id or 0)
    if person is None or place is None or place.merged:
        return False
    if event.actor == str(person.viewer.actor) and kind != "failed":
        return False
    if not person.viewer.scope.allows(place.brand_id, place.team_id, place.assignee_id):
        return False
    if kind == "assigned" and place.assignee_id != user_id:
        return False  # it is somebody else's by now
    waits = not begun and (user_id, place.id) in known.waiting
    if kind in ONCE and (waits or place.status != "open"):
        return False
    read = known.read.get((user_id, place.id), 0)
    return not (event.kind in SAID and event.message_id is not None and read >= event.message_id)
