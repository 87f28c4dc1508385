"""What a conversation is beside its messages, how two become one, and two again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """The columns that a merge settles; its counters are made anew from its messages."""

    subject: str
    status: str
    closed_at: datetime | None
    assignee_id: int | None
    team_id: int | None
    language: str
    topic: str
    orders: tuple[str, ...]
    tags: tuple[str, ...]
    priority: int
    snoozed_until: datetime | None
    fields: dict[str, Any]
    keeps: bool
    created_at: datetime
    unread: int


LISTS = ("orders", "tags")
STANDING = ("status", "closed_at", "unread")


def together(stays: Shape, goes: Shape) -> Shape:
    """Both in one: what stays has the word where both say something, and nothing that only one says is lost.

    Open when one is open, as urgent as the more urgent, put off only as long as neither is waited for now.
    """
    is_open = "open" in (stays.status, goes.status)
    return Shape(
        subject=stays.subject or goes.subject,
        status="open" if is_open else "closed",
        closed_at=None if is_open else stays.closed_at,
        assignee_id=stays.assignee_id or goes.assignee_id,
        team_id=stays.team_id or goes.team_id,
        language=stays.language or goes.language,
        topic=stays.topic or goes.topic,
        orders=_union(stays.orders, goes.orders),
        tags=_union(stays.tags, goes.tags),
        priority=max(stays.priority, goes.priority),
        snoozed_until=_snoozed(stays, goes),
        fields=goes.fields | stays.fields,
        keeps=is_open and (stays.keeps or goes.keeps),
        created_at=min(stays.created_at, goes.created_at),
        unread=stays.unread + goes.unread,
    )


def apart(now: Shape, before: Shape, merged: Shape) -> Shape:
    """What stayed as it is after the merge is undone: what the merge brought goes, what people did since remains."""
    values: dict[str, Any] = {}
    for name in Shape.__struct_fields__:
        is_now, was, made = getattr(now, name), getattr(before, name), getattr(merged, name)
        if name in LISTS:
            values[name] = tuple(one for one in is_now if one in was or one not in made)
        elif name == "fields":
            values[name] = _fields(is_now, was, made)
        elif name not in STANDING:
            values[name] = was if is_now == made else is_now
    untouched = now.status == merged.status and now.unread <= merged.unread
    values["status"] = before.status if untouched else now.status
    values["closed_at"] = before.closed_at if values["status"] == before.status == "closed" else now.closed_at
    values["unread"] = max(0, now.unread - (merged.unread - before.unread))
    return Shape(**values)


def brought(now: Shape, before: Shape, merged: Shape) -> int:
    """How many unread ones go back with what is taken out: none, once somebody has looked."""
    return merged.unread - before.unread if now.unread >= merged.unread else 0


def _union(stays: Sequence[str], goes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*stays, *goes)))


def _snoozed(stays: Shape, goes: Shape) -> datetime | None:
    """One that waits for nobody now is waited for by nobody."""
    waits = [one.snoozed_until for one in (stays, goes) if one.status == "open"]
    known = [one for one in waits if one is not None]
    return min(known) if known and len(known) == len(waits) else None


def _fields(now: dict[str, Any], was: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in now.items() if name not in made or made[name] != value}
    return {**{name: value for name, value in was.items() if now.get(name) == made.get(name)}, **kept}
