"""Guides are made and changed by who manages them; ticked and chosen by who works on the conversation."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from madang.brands.models import Brand
from madang.changes.actions import Subject, note, note_made, note_removed
from madang.conversations.actions.hold import hold
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.record import SYSTEM, News, record
from madang.guides import queries
from madang.guides.fitting import GuideRow
from madang.guides.models import Choice, Guide, Tick
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

SORTS = ("heading", "say", "ask", "check", "link")
LANGUAGES = ("", "ko", "en")
MOST, LONGEST, NAME, TOPICS, TOPIC = 100, 2_000, 80, 20, 40
_KEY = re.compile(r"[0-9a-f]{8}")

LIST = 7323  # the lock of whoever moves one in the list
PLACES = text("""
update guide set place = n.place from unnest(cast(:ids as bigint[])) with ordinality n(id, place)
where guide.id = n.id and guide.place <> n.place
""")

# What goes along stays where it was, too: the copy has the same who and when, and by that it is told apart.
ALONG = (
    text("""
insert into guide_tick (conversation_id, guide_id, item, by, at)
select :to, guide_id, item, by, at from guide_tick where conversation_id = :of on conflict do nothing returning item
"""),
    text("""
insert into guide_choice (conversation_id, guide_id, by, at)
select :to, guide_id, by, at from guide_choice where conversation_id = :of on conflict do nothing returning guide_id
"""),
)
BACK = (
    text("""
delete from guide_tick t using guide_tick o where t.conversation_id = :of and o.conversation_id = :to
  and (t.guide_id, t.item, t.by, t.at) = (o.guide_id, o.item, o.by, o.at) returning t.item
"""),
    text("""
delete from guide_choice t using guide_choice o where t.conversation_id = :of and o.conversation_id = :to
  and (t.by, t.at) = (o.by, o.at) returning t.guide_id
"""),
)


@dataclass(frozen=True, slots=True)
class Given:
    """A guide as somebody wants it. An item is {key, sort, text, url}; one without a key is new."""

    name: str
    items: Sequence[dict[str, Any]]
    brand_id: int | None = None
    topics: Sequence[str] = ()
    connectors: Sequence[str] = ()
    language: str = ""


async def create(tx: Tx, viewer: Viewer, given: Given) -> int:
    """Make one, at the end of the list; returns its number. Raises Refused with the place."""
    permit(viewer, "guide.manage")
    values = await _values(tx, viewer, given)
    last = select(func.coalesce(func.max(Guide.place), 0) + 1).scalar_subquery()
    made = insert(Guide).values(**values, place=last, created_by=str(viewer.actor)).returning(Guide.id)
    number: int = (await tx.execute(made)).scalar_one()
    await note_made(tx, viewer.actor, _subject(number, values["name"], given.brand_id))
    await _tell(tx, viewer, Kind.GUIDE_CREATED, number, values["name"])
    return number


async def change(tx: Tx, viewer: Viewer, guide_id: int, given: Given) -> None:
    """Set all of it. Items keep their keys, and with them what was ticked."""
    permit(viewer, "guide.manage")
    one = await _managed(tx, viewer, guide_id)
    values = await _values(tx, viewer, given)
    before = {"items": [_plain(item) for item in one.items], "topics": list(one.topics)}
    before |= {"connectors": list(one.connectors)}
    changed = [name for name, value in values.items() if before.get(name, getattr(one, name)) != value]
    if changed:
        await tx.execute(update(Guide).where(Guide.id == guide_id).values(**values, changed_at=func.now()))
        was = {name: before.get(name, getattr(one, name)) for name in values}
        await note(tx, viewer.actor, _subject(guide_id, values["name"], given.brand_id), was, values)
        await _tell(tx, viewer, Kind.GUIDE_CHANGED, guide_id, values["name"], changed=sorted(changed))


async def move(tx: Tx, viewer: Viewer, guide_id: int, before: int | None) -> None:
    """Put it before another one in the list, or with None at its end. Of those that fit alike the first is offered."""
    permit(viewer, "guide.manage")
    one = await _managed(tx, viewer, guide_id)
    following = (await queries.guide(tx, viewer, before)).id if before else None
    await tx.execute(select(func.pg_advisory_xact_lock(LIST)))
    was = await queries.order(tx)
    if guide_id not in was or following == guide_id:
        return
    rest = [each for each in was if each != guide_id]
    at = rest.index(following) if following in rest else len(rest)
    await _place(tx, viewer, one, was, [*rest[:at], guide_id, *rest[at:]])


async def put(tx: Tx, viewer: Viewer, guide_id: int, place: int) -> None:
    """Put it at this place of the whole list, from 1: that is how its history tells it."""
    permit(viewer, "guide.manage")
    one = await _managed(tx, viewer, guide_id)
    await tx.execute(select(func.pg_advisory_xact_lock(LIST)))
    was = await queries.order(tx)
    rest = [each for each in was if each != guide_id]
    await _place(tx, viewer, one, was, [*rest[: place - 1], guide_id, *rest[place - 1 :]])


async def _place(tx: Tx, viewer: Viewer, one: GuideRow, was: list[int], now: list[int]) -> None:
    if now == was:
        return
    await tx.execute(PLACES, {"ids": now})
    before, after = ({"place": order.index(one.id) + 1} for order in (was, now))
    await note(tx, viewer.actor, _subject(one.id, one.name, one.brand_id), before, after)
    await _tell(tx, viewer, Kind.GUIDE_CHANGED, one.id, one.name, changed=["place"])


async def archive(tx: Tx, viewer: Viewer, guide_id: int, *, back: bool = False) -> None:
    """Put it away, or with ``back`` take it back. What was ticked stays; twice is once."""
    permit(viewer, "guide.manage")
    one = await _managed(tx, viewer, guide_id)
    if one.archived == back:
        gone = None if back else func.now()
        await tx.execute(update(Guide).where(Guide.id == guide_id).values(archived_at=gone))
        told = note_made if back else note_removed
        await told(tx, viewer.actor, _subject(guide_id, one.name, one.brand_id))
        await _tell(tx, viewer, Kind.GUIDE_RESTORED if back else Kind.GUIDE_ARCHIVED, guide_id, one.name)


async def tick(tx: Tx, viewer: Viewer, conversation_id: int, guide_id: int, item: str, *, done: bool) -> None:
    """An item is done in this conversation, or is not after all. Twice is once. Raises NotFound."""
    held = await hold(tx, viewer, "conversation.note", conversation_id)
    one = await queries.guide(tx, viewer, guide_id)
    line = next((each for each in one.items if each.key == item and each.ticks), None)
    if line is None:
        raise NotFound("This item is not in the guide any more.")
    place = {"conversation_id": conversation_id, "guide_id": guide_id, "item": item}
    if done:
        made: Any = insert(Tick).values(**place, by=str(viewer.actor)).on_conflict_do_nothing()
    else:
        made = delete(Tick).filter_by(**place)
    if (await tx.execute(made.returning(Tick.item))).first() is not None:
        kind = Kind.GUIDE_TICKED if done else Kind.GUIDE_UNTICKED
        data = {"guide": guide_id, "name": one.name, "item": item, "says": line.text[:200]}
        await record(tx, viewer.actor, News(kind, conversation_id, customer=held.customer_id, data=data))


async def choose(tx: Tx, viewer: Viewer, conversation_id: int, guide_id: int | None) -> None:
    """Put a guide beside a conversation, or none (None), for everybody who looks at it."""
    held, guide_id = await hold(tx, viewer, "conversation.note", conversation_id), guide_id or None
    name = (await queries.guide(tx, viewer, guide_id)).name if guide_id else ""
    now = {"guide_id": guide_id, "by": str(viewer.actor), "at": func.now()}
    made = insert(Choice).values(conversation_id=conversation_id, **now)
    other = Choice.guide_id.is_distinct_from(guide_id)
    done = made.on_conflict_do_update(index_elements=["conversation_id"], set_=now, where=other)
    if (await tx.execute(done.returning(Choice.conversation_id))).first() is not None:
        data = {"guide": guide_id, "name": name}
        await record(tx, viewer.actor, News(Kind.GUIDE_CHOSEN, conversation_id, customer=held.customer_id, data=data))


async def go_along(tx: Tx, merge: Happened) -> None:
    """A conversation went into another: what was ticked and chosen there is so here, unless it was here already."""
    await _carry(tx, merge, ALONG, merge.data["from"], merge.data["into"])


async def go_back(tx: Tx, merge: Happened) -> None:
    """They are two again: what had come along goes, what was ticked since stays. Twice is once."""
    await _carry(tx, merge, BACK, merge.data["into"], merge.data["from"])


async def _carry(tx: Tx, merge: Happened, statements: Sequence[TextClause], of: int, to: int) -> None:
    done = [len((await tx.execute(one, {"of": of, "to": to})).all()) for one in statements]
    if any(done):
        data = {"from": of, "to": to, "ticks": done[0]}
        await record(tx, SYSTEM, News(Kind.GUIDE_CARRIED, merge.conversation_id, customer=merge.customer_id, data=data))


def _subject(number: int, name: str, brand: int | None) -> Subject:
    """For the history of the settings."""
    return Subject("guides", f"guide:{number}", name, brand)


async def _managed(tx: Tx, viewer: Viewer, guide_id: int) -> GuideRow:
    """One that is hers to manage: of her brands, or of all where all are hers."""
    one = await queries.guide(tx, viewer, guide_id)
    if one.brand_id is None and viewer.scope.brands is not None:
        raise Refused(_("This guide is for every brand. Only who sees every brand can change it."))
    return one


async def _values(tx: Tx, viewer: Viewer, given: Given) -> dict[str, Any]:
    name = _line(given.name, "name", NAME)
    if not name:
        raise Refused(_("Give it a name, by which it is found."), "name")
    if given.language not in LANGUAGES:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "language")
    await _refuse_strange(tx, viewer, given.brand_id)
    topics = list(dict.fromkeys(filter(None, (_line(one, "topics", TOPIC) for one in given.topics))))
    if len(topics) > TOPICS:
        raise Refused(_("At most %(n)s topics fit.") % {"n": TOPICS}, "topics")
    connectors = sorted({one for one in given.connectors if re.fullmatch(r"[a-z0-9_]{1,40}", one)})
    rules = {"brand_id": given.brand_id, "topics": topics, "connectors": connectors, "language": given.language}
    return {"name": name, **rules, "items": _items(given.items)}


async def _refuse_strange(tx: Tx, viewer: Viewer, brand: int | None) -> None:
    brands = viewer.scope.brands
    if brand is None and brands is not None:
        raise Refused(_("Choose one of your brands: this would be offered in others, too."), "brand")
    living = select(Brand.id).where(Brand.id == brand, Brand.retired_at.is_(None))
    if brand is not None and ((brands is not None and brand not in brands) or not (await tx.execute(living)).first()):
        raise Refused(_("There is no such brand. Choose another one."), "brand")


def _items(given: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Each with its key; a key that is missing, strange or there twice is made anew."""
    made: list[dict[str, str]] = []
    taken: set[str] = set()
    for number, one in enumerate(given):
        item = _item(one, f"items.{number}")
        if not _KEY.fullmatch(item["key"]) or item["key"] in taken:
            item["key"] = secrets.token_hex(4)
        taken.add(item["key"])
        made.append(item)
    if not made:
        raise Refused(_("Add at least one item: what is to be said, asked or done?"), "items")
    if len(made) > MOST:
        raise Refused(_("At most %(n)s items fit. Split this into two guides.") % {"n": MOST}, "items")
    return made


def _item(given: dict[str, Any], place: str) -> dict[str, str]:
    text = str(given.get("text", "")).replace("\0", "").replace("\r\n", "\n").strip()
    sort, url = str(given.get("sort", "")), str(given.get("url", "")).strip()
    if sort not in SORTS:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), f"{place}.sort")
    if not text:
        raise Refused(_("Write what this item says, or remove it."), f"{place}.text")
    if len(text) > LONGEST:
        raise Refused(_("This is too long. Make it shorter."), f"{place}.text")
    made = {"key": str(given.get("key", "")), "sort": sort, "text": text}
    if sort == "link":
        if not re.fullmatch(r"https?://[^\s<>\"]{1,2000}", url):
            raise Refused(_("This is no address of a page. It begins with https://."), f"{place}.url")
        made["url"] = url
    return made


def _plain(item: Any) -> dict[str, str]:
    made = {"key": item.key, "sort": item.sort, "text": item.text}
    return made | {"url": item.url} if item.url else made


def _line(given: str, place: str, longest: int) -> str:
    clean = " ".join(given.replace("\0", "").split())
    if len(clean) > longest:
        raise Refused(_("This is too long. Make it shorter."), place)
    return clean


async def _tell(tx: Tx, viewer: Viewer, kind: Kind, number: int, name: str, **more: Any) -> None:
    await record(tx, viewer.actor, News(kind, data={"guide": number, "name": name, **more}))
