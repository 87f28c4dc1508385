"""What others may read of guides: all of them, those that fit a conversation, and what was ticked there, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true

from madang.channels.models import Channel
from madang.conversations.inbox.fields import used_tags
from madang.conversations.models import Conversation
from madang.customers.models import Customer
from madang.guides.fitting import GuideRow, Item, Matter, item_of, offered, progress
from madang.guides.models import Choice, Guide, Tick
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.models import User
from madang.staff.permissions import Scope, Viewer, permit


@dataclass(frozen=True, slots=True)
class Done:
    """An item that was done: by whom ('' where it was no colleague), and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """The guide beside a conversation, its ticks by item, and the others that fit. ``guide`` None: none is shown."""

    guide: GuideRow | None
    others: tuple[GuideRow, ...]
    ticks: dict[str, Done]

    @property
    def progress(self) -> tuple[int, int]:
        """(done, of how many)."""
        return progress(self.guide, self.ticks) if self.guide else (0, 0)


_COLUMNS = (
    Guide.id,
    Guide.name,
    Guide.brand_id,
    Guide.topics,
    Guide.connectors,
    Guide.language,
    Guide.items,
    Guide.place,
    Guide.archived_at.is_not(None).label("archived"),
)


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """Those of her brands: put it *in* the query."""
    brands = viewer.scope.brands
    return true() if brands is None else or_(Guide.brand_id.is_(None), Guide.brand_id.in_(brands))


def _row(row: Any) -> GuideRow:
    items: tuple[Item, ...] = tuple(item_of(one) for one in row.items)
    rules = (row.brand_id, tuple(row.topics), tuple(row.connectors), row.language)
    return GuideRow(row.id, row.name, *rules, items, row.place, row.archived)


async def guides(tx: Tx, viewer: Viewer, *, archived: bool = False) -> list[GuideRow]:
    """Those in use, or those that were put away, in the order in which they stand."""
    permit(viewer, "conversation.read")
    away = Guide.archived_at.is_not(None) if archived else Guide.archived_at.is_(None)
    query = select(*_COLUMNS).where(away, seen(viewer)).order_by(Guide.place, func.lower(Guide.name), Guide.id)
    return [_row(row) for row in await tx.execute(query)]


async def guide(tx: Tx, viewer: Viewer, guide_id: int) -> GuideRow:
    """One, put away or not; raises NotFound."""
    permit(viewer, "conversation.read")
    row = (await tx.execute(select(*_COLUMNS).where(Guide.id == guide_id, seen(viewer)))).one_or_none()
    if row is None:
        raise NotFound("There is no such guide.")
    return _row(row)


async def order(tx: Tx) -> list[int]:
    """The numbers of all in use, as they stand in the list. The caller has checked who asks."""
    query = select(Guide.id).where(Guide.archived_at.is_(None)).order_by(Guide.place, func.lower(Guide.name), Guide.id)
    return list((await tx.execute(query)).scalars())


async def topics_known(tx: Tx, viewer: Viewer) -> list[str]:
    """What a guide may be for: the topics that forms of her brands ask, then the tags lately in use."""
    brands = viewer.scope.brands
    hers = true() if brands is None else Channel.brand_id.in_(brands)
    kept = (await tx.execute(select(Channel.settings["topics"]).where(hers, Channel.retired_at.is_(None)))).scalars()
    asked = [topic for some in kept if isinstance(some, list) for topic in some if isinstance(topic, str)]
    return list(dict.fromkeys([*asked, *await used_tags(tx, viewer)]))


async def names(tx: Tx, viewer: Viewer) -> dict[int, str]:
    """Of those in use, by number."""
    return {one.id: one.name for one in await guides(tx, viewer)}


async def beside(tx: Tx, viewer: Viewer, conversation_id: int) -> Beside:
    """What stands beside a conversation: what somebody chose, else what was begun, else what fits best.

    Raises NotFound outside her scope.
    """
    every = await guides(tx, viewer)
    matter, chosen = await _matter(tx, viewer, conversation_id)
    ticks = await _ticks(tx, conversation_id) if every else {}
    fitting = offered(every, matter, set(ticks))
    first = fitting[0] if fitting else None
    if chosen is not None:
        first = next((one for one in every if one.id == chosen), None if chosen == NONE else first)
    others = tuple(one for one in fitting if first is None or one.id != first.id)
    return Beside(first, others, ticks.get(first.id, {}) if first else {})


NONE = 0  # chosen: no guide at all


@lru_cache(64)  # to build it takes longer than to run it
def _about(scope: Scope) -> Select[*tuple[Any, ...]]:
    connectors = select(func.array_agg(Channel.connector)).where(Channel.id == func.any(Conversation.channel_ids))
    columns = (Conversation.brand_id, Conversation.topic, Conversation.tags, Conversation.language)
    choice = (Choice.conversation_id.is_not(None).label("is_chosen"), Choice.guide_id)
    return (
        select(*columns, Customer.language.label("speaks"), connectors.scalar_subquery().label("connectors"), *choice)
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Choice, Choice.conversation_id == Conversation.id)
        .where(Conversation.id == bindparam("conversation"), scope.where(Conversation))
    )


async def _matter(tx: Tx, viewer: Viewer, conversation_id: int) -> tuple[Matter, int | None]:
    """With the number of the guide that was chosen, :data:`NONE` for none at all, None where nobody chose."""
    row = (await tx.execute(_about(viewer.scope), {"conversation": conversation_id})).one_or_none()
    if row is None:
        raise NotFound("There is no such conversation.")
    topics = {topic for topic in (row.topic, *row.tags) if topic}
    matter = Matter(row.brand_id, topics, set(row.connectors or ()), row.speaks or row.language)
    return matter, (row.guide_id or NONE) if row.is_chosen else None


async def _ticks(tx: Tx, conversation_id: int) -> dict[int, dict[str, Done]]:
    """What was ticked, by guide and item. The caller has checked the scope."""
    query = (
        select(Tick.guide_id, Tick.item, Tick.at, func.coalesce(User.name, "").label("by"))
        .outerjoin(User, Tick.by == func.concat("user:", User.id))
        .where(Tick.conversation_id == conversation_id)
    )
    found: dict[int, dict[str, Done]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.guide_id, {})[row.item] = Done(row.by, row.at)
    return found
