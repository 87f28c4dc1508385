"""Segments are made, changed, put away and taken back by leads and administrators."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from madang.conversations.segments.actions import membership
from madang.conversations.segments.fields import SELF, vocabulary
from madang.conversations.segments.models import Segment
from madang.conversations.segments.queries import known_to
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.conditions.reading import read, write
from madang.lib.conditions.values import zone
from madang.lib.conditions.vocabulary import moves
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

NAME_MOST = 80
MOST = 300  # segments in use: each is looked at when what it reads changes


async def create(tx: Tx, viewer: Viewer, name: str, condition: Any, timezone: str = "") -> int:
    """A segment; returns its number. Who is in it is found out by the workers. Raises Refused, and Wrong by place."""
    permit(viewer, "segment.manage")
    used = (await tx.execute(select(func.count()).where(Segment.archived_at.is_(None)))).scalar_one()
    if used >= MOST:
        raise Refused(_("There are %(n)s segments already. Put one away first.") % {"n": MOST}, "name")
    values = {
        "name": _name(name),
        "timezone": zone(timezone or viewer.timezone, "timezone"),
        **await _asked(tx, viewer, condition),
    }
    made = insert(Segment).values(created_by=str(viewer.actor), **values).returning(Segment.id)
    number = await _named(tx, made)
    await record(tx, viewer.actor, News(Kind.SEGMENT_CREATED, data={"segment": number, "name": values["name"]}))
    return number


async def change(
    tx: Tx, viewer: Viewer, segment_id: int, *, name: str | None = None, condition: Any = None, timezone: str = ""
) -> None:
    """Call it or define it otherwise; what is not given stays. Another condition is found out anew, by the workers."""
    permit(viewer, "segment.manage")
    now = await _held(tx, viewer, segment_id)
    values: dict[str, Any] = {} if name is None else {"name": _name(name)}
    if timezone:
        values["timezone"] = zone(timezone, "timezone")
    if condition is not None:
        values |= await _asked(tx, viewer, condition)
    values = {key: value for key, value in values.items() if getattr(now, key) != value}
    if not values:
        return
    if {"condition", "timezone"} & values.keys():
        values["filled_to"] = 0
    changed = update(Segment).where(Segment.id == segment_id).values(**values, changed_at=func.now())
    await _named(tx, changed.returning(Segment.id))
    data = {"segment": segment_id, "name": values.get("name", now.name), "changed": sorted(values)}
    await record(tx, viewer.actor, News(Kind.SEGMENT_CHANGED, data=data))


async def archive(tx: Tx, viewer: Viewer, segment_id: int) -> None:
    """Put it away: nobody enters or leaves it any more. It can come back."""
    permit(viewer, "segment.manage")
    now = await _held(tx, viewer, segment_id)
    await tx.execute(update(Segment).where(Segment.id == segment_id).values(archived_at=func.now()))
    await record(tx, viewer.actor, News(Kind.SEGMENT_ARCHIVED, data={"segment": segment_id, "name": now.name}))


async def restore(tx: Tx, viewer: Viewer, segment_id: int) -> None:
    """Take it back; who is in it is found out anew. Raises Refused when another has its name by now."""
    permit(viewer, "segment.manage")
    now = await _held(tx, viewer, segment_id, archived=True)
    back = update(Segment).where(Segment.id == segment_id).values(archived_at=None, filled_to=0)
    await _named(tx, back.returning(Segment.id))
    await record(tx, viewer.actor, News(Kind.SEGMENT_RESTORED, data={"segment": segment_id, "name": now.name}))


async def _held(tx: Tx, viewer: Viewer, segment_id: int, *, archived: bool = False) -> Any:
    await membership.hold(tx)  # nobody is looked at by a condition that is just changing
    there = Segment.archived_at.is_not(None) if archived else Segment.archived_at.is_(None)
    rules = (Segment.id == segment_id, there, await known_to(tx, viewer))
    query = select(*Segment.__table__.columns).where(*rules).with_for_update()
    if (row := (await tx.execute(query)).one_or_none()) is None:
        raise NotFound("There is no such segment.")
    return row


async def _named(tx: Tx, statement: Any) -> int:
    """Run it; raises Refused when the name is taken."""
    try:
        async with tx.begin_nested():
            number: int = (await tx.execute(statement)).scalar_one()
            return number
    except IntegrityError:
        raise Refused("Another segment has this name.", "name") from None


async def _asked(tx: Tx, viewer: Viewer, condition: Any) -> dict[str, Any]:
    known = await vocabulary(tx, viewer)
    node = read(condition, known)
    return {"condition": write(node), "reads": sorted(known.reads(node) | {SELF}), "moves": moves(node)}


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or "\0" in name:
        raise Refused("Please give a name.", "name")
    if len(name) > NAME_MOST:
        raise Refused(_("This name is too long. Use at most %(n)s characters.") % {"n": NAME_MOST}, "name")
    return name
