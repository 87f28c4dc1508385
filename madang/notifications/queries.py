"""What she was told: only of what exists for her now, one line a conversation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, Select, and_, case, func, or_, select, type_coerce

from madang.conversations.models import Conversation, Message
from madang.customers.models import Customer
from madang.lib.postgres import Tx
from madang.notifications.models import DeskBrowser, DeskPresence, Notification
from madang.notifications.models import Wishes as Row
from madang.notifications.wishes import RANK, Wishes, read
from madang.staff.models import User
from madang.staff.permissions import Viewer

MOST = 200  # newest notifications that are looked at for the list
EXCERPT = 160  # characters
_RANKS: dict[str, int] = {str(kind): rank for kind, rank in RANK.items()}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: what she was told of one conversation, the newest of it. ``ids`` newest first."""

    ids: tuple[int, ...]
    kind: str
    conversation_id: int | None
    customer: str
    by: str
    view: str
    note: bool
    state: str
    excerpt: str
    at: datetime
    seen: bool
    ways: frozenset[str]

    @property
    def count(self) -> int:
        """How many things."""
        return len(self.ids)

    @property
    def tag(self) -> str:
        """Names it where browsers show it: a newer one takes its place."""
        return f"madang-c{self.conversation_id}" if self.conversation_id else f"madang-n{self.ids[0]}"

    @property
    def url(self) -> str:
        """Where it leads."""
        return f"/c/{self.conversation_id}" if self.conversation_id else "/notifications"


async def wishes(tx: Tx, user_id: int | None) -> Wishes:
    """What she wants."""
    return read((await tx.execute(select(Row.data).where(Row.user_id == (user_id or 0)))).scalar())


async def unseen(tx: Tx, viewer: Viewer) -> int:
    """How many conversations she was told of and has not looked at."""
    each = func.coalesce(Notification.conversation_id, -Notification.id)
    query = _hers(viewer, select(func.count(each.distinct()))).where(Notification.seen_at.is_(None))
    return int((await tx.execute(query)).scalar_one())


async def listed(tx: Tx, viewer: Viewer) -> list[Item]:
    """The newest, unseen first."""
    items = gathered((await tx.execute(_rows(viewer).limit(MOST))).all())
    return sorted(items, key=lambda one: (one.seen, -one.at.timestamp()))


async def news(tx: Tx, viewer: Viewer, after: int, within: timedelta) -> list[Item]:
    """What she has not seen and no browser of hers has shown: newer than the number ``after``."""
    fresh = (Notification.seen_at.is_(None), Notification.id > after, Notification.at > func.now() - within)
    return gathered((await tx.execute(_rows(viewer).where(*fresh).limit(MOST))).all())


async def of(tx: Tx, viewer: Viewer, ids: Collection[int]) -> list[Item]:
    """These of hers that she has not seen, as she may be told of them now."""
    some = (Notification.id.in_(ids), Notification.seen_at.is_(None))
    return gathered((await tx.execute(_rows(viewer).where(*some))).all())


async def open_tags(tx: Tx, viewer: Viewer) -> list[str]:
    """What browsers may still show: everything else is taken down."""
    query = _hers(viewer, select(Notification.conversation_id, Notification.id)).where(Notification.seen_at.is_(None))
    rows = (await tx.execute(query.order_by(Notification.id.desc()).limit(MOST))).all()
    return sorted({f"madang-c{row[0]}" if row[0] else f"madang-n{row[1]}" for row in rows})


async def newest(tx: Tx, viewer: Viewer) -> int:
    """The number of the last one; 0 when there is none."""
    query = select(func.coalesce(func.max(Notification.id), 0)).where(Notification.user_id == viewer.user_id)
    return int((await tx.execute(query)).scalar_one())


async def at_desk(tx: Tx, viewer: Viewer) -> timedelta | None:
    """For how long yet she is taken to sit at her desk; below zero since she is not, None when she was not lately."""
    left = type_coerce(DeskPresence.until - func.now(), Interval)
    return (await tx.execute(select(left).where(DeskPresence.user_id == viewer.user_id))).scalar()


async def browsers(tx: Tx, viewer: Viewer) -> Sequence[Any]:
    """Her browsers that take push, the newest first."""
    columns = (
        DeskBrowser.id,
        DeskBrowser.name,
        DeskBrowser.at,
        DeskBrowser.endpoint,
        DeskBrowser.p256dh,
        DeskBrowser.auth,
    )
    query = select(*columns)
    return (await tx.execute(query.where(DeskBrowser.user_id == viewer.user_id).order_by(DeskBrowser.id.desc()))).all()


def _hers(viewer: Viewer, query: Any) -> Select[*tuple[Any, ...]]:
    """What was told to her and exists for her: scope is in the query, also for what she was told before she lost it."""
    mine: Select[*tuple[Any, ...]] = query.select_from(Notification).outerjoin(
        Conversation, Conversation.id == Notification.conversation_id
    )
    return mine.where(Notification.user_id == viewer.user_id, _exists(viewer))


def _exists(viewer: Viewer) -> ColumnElement[bool]:
    return or_(Notification.conversation_id.is_(None), viewer.scope.where(Conversation))


def _rows(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    here = and_(  # a message that has moved on is not told from here any more
        Message.id == Notification.message_id,
        Message.conversation_id == Notification.conversation_id,
        Message.deleted_at.is_(None),
    )
    by = select(User.name).where(Notification.data["by"].astext == func.concat("user:", User.id)).scalar_subquery()
    wrote = case((Message.direction == "note", Message.author), else_="")
    return (
        _hers(
            viewer,
            select(
                Notification.id,
                Notification.kind,
                Notification.conversation_id,
                Notification.data,
                Notification.at,
                Notification.seen_at,
                func.coalesce(Customer.name, "").label("customer"),
                func.coalesce(func.left(Message.text, EXCERPT), "").label("excerpt"),
                func.coalesce(by, wrote, "").label("by"),
            ),
        )
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Message, here)
        .order_by(Notification.at.desc(), Notification.id.desc())
    )


def gathered(rows: Sequence[Any]) -> list[Item]:
    """One line a conversation, seen and unseen apart; it says the strongest reason and the newest words."""
    groups: dict[tuple[int, bool], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.conversation_id or -row.id, row.seen_at is not None), []).append(row)
    return [_item(some) for some in groups.values()]


def _item(rows: Sequence[Any]) -> Item:
    strongest = min(rows, key=lambda row: (_RANKS.get(row.kind, len(_RANKS)), -row.id))
    return Item(
        ids=tuple(row.id for row in rows),
        kind=strongest.kind,
        conversation_id=strongest.conversation_id,
        customer=strongest.customer,
        by=strongest.by,
        view=str(strongest.data.get("view", "")),
        note=bool(strongest.data.get("note")),
        state=str(strongest.data.get("state", "")),
        excerpt=next((row.excerpt for row in rows if row.excerpt), ""),
        at=rows[0].at,
        seen=rows[0].seen_at is not None,
        ways=frozenset(way for row in rows for way in row.data.get("ways", ())),
    )
