"""Two conversations about one matter are one: one gives its messages and leads to the other from then on. Undone, both
are as they were, and what came since stays where it came."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, text, update

from madang.conversations.actions.hold import hold_all
from madang.conversations.actions.parting import MOVE, recount
from madang.conversations.joining.actions import alongside
from madang.conversations.joining.models import Joined
from madang.conversations.joining.shape import Shape, apart, brought, together
from madang.conversations.models import Conversation
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record_all
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

MESSAGES = text("select id from message where conversation_id = :id order by id")
MARK = text("select coalesce(max(id), 0) from message where conversation_id = :id")
STILL = text("select id from message where id = any(cast(:ids as bigint[])) and conversation_id = :here order by id")
STRANGERS = text("""
select j.id from conversation_joined j
join conversation f on f.id = j.from_id join conversation i on i.id = j.into_id
where j.undone_at is null and f.customer_id <> i.customer_id and f.customer_id = any(cast(:customers as bigint[]))
order by j.id desc
""")
# The merges by which the one it went into went on, the last first.
LATER = text("""
with recursive later as (
  select n.id, n.into_id from conversation_joined j
  join conversation_joined n on n.from_id = j.into_id and n.undone_at is null where j.id = :id
  union select n.id, n.into_id from later l join conversation_joined n on n.from_id = l.into_id and n.undone_at is null)
select id from later order by id desc
""")
COLUMNS = tuple(getattr(Conversation, name) for name in Shape.__struct_fields__)
GONE = {"status": "closed", "closed_at": func.now(), "unread": 0, "keeps": False, "snoozed_until": None}


async def merge(tx: Tx, viewer: Viewer, from_id: int, into_id: int) -> int:
    """Let ``from_id`` go into ``into_id``; returns the number of the merge.

    Raises NotFound for what she does not see, Refused when they are of two customers or brands.
    """
    held = await hold_all(tx, viewer, "conversation.assign", (from_id, into_id))
    if from_id == into_id:
        raise Refused(_("These are one conversation already. Choose another."), "into")
    goes, stays = held[from_id], held[into_id]
    if goes.customer_id != stays.customer_id:
        raise Refused(_("These are of two customers. If they are one person, merge the customers first."), "into")
    if goes.brand_id != stays.brand_id:
        raise Refused(_("These are of two brands. Link them instead."), "into")
    was, before = await shape(tx, from_id), await shape(tx, into_id)
    after = together(before, was)
    ids = list((await tx.execute(MESSAGES, {"id": from_id})).scalars())
    await _carry(tx, ids, into_id)
    along = await alongside.take(tx, from_id, into_id)
    mark = (await tx.execute(MARK, {"id": into_id})).scalar_one()
    kept = {"was": _plain(was), "before": _plain(before), "after": _plain(after), "along": along, "mark": mark}
    values = {"from_id": from_id, "into_id": into_id, "message_ids": ids, "data": kept, "by": str(viewer.actor)}
    joined: int = (await tx.execute(insert(Joined).values(values).returning(Joined.id))).scalar_one()
    await _settle(tx, into_id, after)
    await tx.execute(update(Conversation).where(Conversation.id == from_id).values(GONE | {"merged_into_id": into_id}))
    await recount(tx, sorted((from_id, into_id)))
    data = {"joined": joined, "from": from_id, "into": into_id, "messages": len(ids)}
    await _tell(tx, viewer.actor, Kind.CONVERSATION_MERGED, stays.customer_id, data)
    return joined


async def undo(tx: Tx, viewer: Viewer, joined_id: int) -> int:
    """Two again; returns the one that had gone. Undone twice is once.

    Raises NotFound for what she does not see, Refused while a later merge stands on this one.
    """
    row = (await tx.execute(select(Joined.from_id, Joined.into_id).where(Joined.id == joined_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such merge.")
    await hold_all(tx, viewer, "conversation.assign", (row.from_id, row.into_id), merged=True)
    await part(tx, viewer.actor, joined_id)
    return int(row.from_id)


async def part(tx: Tx, actor: Actor, joined_id: int) -> None:
    """As :func:`undo`, whoever may see it; both are held."""
    undone = update(Joined).where(Joined.id == joined_id, Joined.undone_at.is_(None)).values(undone_at=func.now())
    row = (
        await tx.execute(undone.returning(Joined.from_id, Joined.into_id, Joined.message_ids, Joined.data))
    ).one_or_none()
    if row is None:
        return
    on = select(Conversation.merged_into_id).where(Conversation.id == row.into_id)
    if (await tx.execute(on)).scalar_one() is not None:
        raise Refused(_("The other one was merged into a third since. Undo that first."))
    was, before, after = (msgspec.convert(row.data[name], Shape) for name in ("was", "before", "after"))
    now = await shape(tx, row.into_id)
    ids = list((await tx.execute(STILL, {"ids": row.message_ids, "here": row.into_id})).scalars())
    await _carry(tx, ids, row.from_id)
    await alongside.give_back(tx, row.from_id, row.into_id, row.data["along"])
    await _settle(tx, row.into_id, apart(now, before, after))
    back: dict[str, Any] = {"merged_into_id": None, "status": was.status, "closed_at": was.closed_at}
    back |= {"keeps": was.keeps, "snoozed_until": was.snoozed_until, "unread": brought(now, before, after)}
    await tx.execute(update(Conversation).where(Conversation.id == row.from_id).values(back))
    await recount(tx, sorted((row.from_id, row.into_id)))
    data = {"joined": joined_id, "from": row.from_id, "into": row.into_id, "messages": len(ids)}
    owner = select(Conversation.customer_id).where(Conversation.id == row.from_id)
    await _tell(tx, actor, Kind.CONVERSATION_UNMERGED, (await tx.execute(owner)).scalar_one(), data)


async def part_strangers(tx: Tx, actor: Actor, customers: Collection[int]) -> None:
    """Two customers turned out to be two: a merge of what is one's with what is the other's is undone, and those that
    were made on top of it. The caller holds both."""
    for number in (await tx.execute(STRANGERS, {"customers": sorted(customers)})).scalars().all():
        for later in (await tx.execute(LATER, {"id": number})).scalars().all():
            await part(tx, actor, later)
        await part(tx, actor, number)


async def shape(tx: Tx, conversation_id: int) -> Shape:
    """What it is now."""
    row = (await tx.execute(select(*COLUMNS).where(Conversation.id == conversation_id))).mappings().one()
    return msgspec.convert(dict(row), Shape)


async def _carry(tx: Tx, ids: list[int], to_id: int) -> None:
    for statement in MOVE if ids else ():
        await tx.execute(statement, {"to": to_id, "ids": ids})


async def _settle(tx: Tx, conversation_id: int, made: Shape) -> None:
    values: dict[str, Any] = {name: getattr(made, name) for name in Shape.__struct_fields__}
    values |= {"orders": list(made.orders), "tags": list(made.tags)}
    await tx.execute(update(Conversation).where(Conversation.id == conversation_id).values(values))


async def _tell(tx: Tx, actor: Actor, kind: Kind, customer_id: int, data: Mapping[str, Any]) -> None:
    both = (data["from"], data["into"])
    await record_all(tx, actor, [News(kind, one, customer=customer_id, data=dict(data)) for one in both])


def _plain(one: Shape) -> Any:
    return msgspec.to_builtins(one)
