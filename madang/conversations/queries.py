"""Lists of conversations: what others may read. The scope is in every query; keysets, never OFFSET."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from madang.channels.models import Channel
from madang.conversations.inbox.models import Mention
from madang.conversations.inbox.reading import unread_by
from madang.conversations.models import Conversation, Draft, Message, State
from madang.conversations.rows import ChannelMark, Row
from madang.customers.models import Customer
from madang.events.kinds import Kind
from madang.events.models import Event
from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.models import User
from madang.staff.permissions import Scope, Viewer, permit

View = Literal["mine", "unassigned", "all", "closed"]
VIEWS: tuple[View, ...] = get_args(View)
STATUSES = ("open", "closed")
CAP = 100  # counts stop here: shown as 99+

Rules = list[ColumnElement[bool]]
HERE = Conversation.merged_into_id.is_(None)  # not told elsewhere
AWAKE: Rules = [HERE, Conversation.snoozed_until.is_(None)]


async def inbox(tx: Tx, viewer: Viewer, view: View, *, cursor: str | None = None, limit: int = 40) -> Page[Row]:
    """A page of one view, newest first."""
    permit(viewer, "conversation.read")
    status, rules = _view(viewer, view)
    return await _page(tx, viewer, (status,), rules, limit, cursor)


async def list_conversations(
    tx: Tx,
    viewer: Viewer,
    *,
    status: str | None = None,
    channel: Sequence[int] | None = None,
    assignee: int | Literal["none"] | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Row]:
    """A page for programs, newest first. ``channel``: any of these; ``assignee`` "none": nobody's."""
    permit(viewer, "conversation.read")
    rules: Rules = [HERE]
    if channel is not None:
        rules.append(Conversation.channel_ids.op("&&")(cast(list(channel), ARRAY(BigInteger))))
    if assignee == "none":
        rules.append(Conversation.assignee_id.is_(None))
    elif assignee is not None:
        rules.append(Conversation.assignee_id == assignee)
    return await _page(tx, viewer, (status,) if status else STATUSES, rules, limit, cursor)


async def of_customer(tx: Tx, viewer: Viewer, customer_id: int, limit: int = 20) -> list[Row]:
    """A customer's conversations that are in scope, newest first."""
    return await rows(tx, _hers(viewer.user_id, viewer.scope, limit), customer=customer_id)


@lru_cache(64)  # to build it takes longer than to run it
def _hers(user_id: int | None, scope: Scope, limit: int) -> Select[*tuple[Any, ...]]:
    rules: Rules = [Conversation.customer_id == bindparam("customer"), HERE]
    return _newest(user_id, scope, STATUSES, rules, limit)


async def how_many(tx: Tx, viewer: Viewer, customer_id: int) -> int:
    """How many conversations of a customer are in scope, at most :data:`CAP`."""
    some = select(Conversation.id).where(
        Conversation.customer_id == customer_id, HERE, viewer.scope.where(Conversation)
    )
    counted = select(func.count()).select_from(some.limit(CAP).subquery())
    return int((await tx.execute(counted)).scalar_one())


async def one(tx: Tx, viewer: Viewer, conversation_id: int) -> Row:
    """One conversation; raises NotFound when it is not in the viewer's scope."""
    permit(viewer, "conversation.read")
    found = await rows(tx, _one(viewer.user_id, viewer.scope), conversation=conversation_id)
    if not found:
        raise NotFound("There is no such conversation.")
    return found[0]


@lru_cache(64)
def _one(user_id: int | None, scope: Scope) -> Select[*tuple[Any, ...]]:
    return _columns(user_id).where(Conversation.id == bindparam("conversation"), scope.where(Conversation))


async def keeps(tx: Tx, conversation_id: int) -> bool:
    """Whether an agent said that what she writes next belongs here. The caller has checked the scope."""
    query = select(Conversation.keeps).where(Conversation.id == conversation_id)
    return bool((await tx.execute(query)).scalar_one_or_none())


async def rows_of(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> list[Row]:
    """Conversations by number, those in scope, in no order."""
    if not ids:
        return []
    return await rows(tx, columns(viewer).where(Conversation.id.in_(ids), viewer.scope.where(Conversation)))


async def counts(tx: Tx, viewer: Viewer) -> dict[View, int]:
    """How many conversations each view holds, at most :data:`CAP`. Closed ones are not counted: nobody waits there."""
    parts = []
    for view in ("mine", "unassigned", "all"):
        status, rules = _view(viewer, view)
        some = select(Conversation.id).where(Conversation.status == status, *rules, viewer.scope.where(Conversation))
        capped = some.limit(CAP).subquery()
        parts.append(select(literal(view), select(func.count()).select_from(capped).scalar_subquery()))
    return {row[0]: row[1] for row in await tx.execute(union_all(*parts))}


def _view(viewer: Viewer, view: View) -> tuple[str, Rules]:
    if view == "mine":
        return "open", [Conversation.assignee_id == (viewer.user_id or 0), *AWAKE]
    if view == "unassigned":
        return "open", [Conversation.assignee_id.is_(None), *AWAKE]
    return ("closed", [HERE]) if view == "closed" else ("open", [*AWAKE])


def columns(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """What a row shows to this viewer. The scope is the caller's to add."""
    return _columns(viewer.user_id)


@lru_cache(64)  # to build it takes longer than to run it
def _columns(user_id: int | None) -> Select[*tuple[Any, ...]]:
    me = user_id or 0
    here = Conversation.id
    named = exists().where(Mention.conversation_id == here, Mention.user_id == me, Mention.seen_at.is_(None))
    return (
        select(
            Conversation.id,
            Conversation.status,
            Conversation.subject,
            Conversation.customer_id,
            Customer.name.label("customer_name"),
            Conversation.brand_id,
            Conversation.assignee_id,
            func.coalesce(User.name, "").label("assignee_name"),
            Conversation.team_id,
            unread_by(user_id).label("unread"),
            Conversation.last_text,
            Conversation.last_at,
            Conversation.sort_at,
            Conversation.last_direction,
            func.coalesce(Message.state, int(State.NONE)).label("last_state"),
            Conversation.last_channel_id,
            Conversation.channel_ids,
            Conversation.tags,
            Conversation.language,
            Conversation.messages,
            Conversation.created_at,
            Conversation.topic,
            Conversation.priority,
            Conversation.snoozed_until,
            Conversation.waiting_since,
            named.label("mentioned"),
            exists().where(Draft.conversation_id == here, Draft.user_id == me).label("drafted"),
            Conversation.merged_into_id,
        )
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(User, User.id == Conversation.assignee_id)
        .outerjoin(Message, Message.id == Conversation.last_id)
    )


async def _page(
    tx: Tx, viewer: Viewer, statuses: Sequence[str], rules: Rules, limit: int, cursor: str | None
) -> Page[Row]:
    after = paging.decode(cursor, (datetime, int)) if cursor else None
    if after is not None:
        rules = [*rules, tuple_(Conversation.sort_at, Conversation.id) < after]
    query = _newest(viewer.user_id, viewer.scope, statuses, rules, limit + 1)
    return paging.page(await rows(tx, query), limit, lambda row: (row.sort_at, row.id))


def _newest(
    user_id: int | None, scope: Scope, statuses: Sequence[str], rules: Rules, many: int
) -> Select[*tuple[Any, ...]]:
    """One keyset scan a status, merged: a condition with IN would read and sort everything."""
    order = (Conversation.sort_at.desc(), Conversation.id.desc())
    scans = []
    for status in statuses:
        scan = select(Conversation.id).where(Conversation.status == status, *rules, scope.where(Conversation))
        scans.append(select(scan.order_by(*order).limit(many).subquery().c.id))
    chosen = union_all(*scans).subquery()
    return _columns(user_id).where(Conversation.id.in_(select(chosen.c.id))).order_by(*order).limit(many)


async def rows(tx: Tx, query: Select[*tuple[Any, ...]], **given: int) -> list[Row]:
    """The rows of a query of :func:`columns`, in its order; ``given``: the values it leaves open."""
    found = [dict(row) for row in (await tx.execute(query, given)).mappings()]
    marks = await channel_marks(tx, {number for row in found for number in row["channel_ids"]})
    lifted = {row["id"]: row["sort_at"] for row in found if row["sort_at"] > row["last_at"] and _there(row)}
    back = await _back(tx, lifted)
    made: list[Row] = []
    for row in found:
        row["back"] = back.get(row["id"])
        numbers = row.pop("channel_ids")
        last = row.pop("last_channel_id")
        row["last_state"] = State(row["last_state"])
        made.append(Row(**row, last_channel=marks.get(last), channels=[marks[n] for n in numbers if n in marks]))
    return made


def _there(row: Mapping[str, Any]) -> bool:
    return row["status"] == "open" and row["snoozed_until"] is None


async def _back(tx: Tx, lifted: Mapping[int, datetime]) -> dict[int, str]:
    """Which of these the end of a snooze has lifted, and who had snoozed them: '' where that was no colleague.

    Few are asked for: those in which nothing was said since.
    """
    if not lifted:
        return {}
    some = Event.conversation_id == any_(cast(list(lifted), ARRAY(BigInteger)))
    woken = select(Event.conversation_id, Event.at, Event.data["user"].as_integer().label("user"))
    query = woken.where(some, Event.kind == Kind.CONVERSATION_WOKEN, Event.at >= min(lifted.values())).subquery()
    named = select(query.c.conversation_id, query.c.at, func.coalesce(User.name, ""))
    found = await tx.execute(named.outerjoin(User, User.id == query.c.user))
    return {number: name for number, at, name in found if at == lifted[number]}


MARKS = select(Channel.id, Channel.connector, Channel.name).where(Channel.id.in_(bindparam("numbers", expanding=True)))


async def channel_marks(tx: Tx, numbers: set[int]) -> dict[int, ChannelMark]:
    """The marks of channels by number, retired ones too: history keeps its marks."""
    if not numbers:
        return {}
    return {row.id: ChannelMark(*row) for row in await tx.execute(MARKS, {"numbers": list(numbers)})}
