"""Messages that stand in the wrong matter go where they belong: into another of the same customer, or one of their own.

What was moved keeps its numbers, its delivery and its names at the providers: receipts, edits and answers find it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select, text, update

from madang.conversations.actions.hold import Held, hold, hold_all
from madang.conversations.actions.parting import MOVE, recount
from madang.conversations.doors.models import Moving
from madang.conversations.joining.queries import now_at
from madang.conversations.models import Conversation, Message
from madang.events.kinds import Kind
from madang.events.record import News, record_all
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

MOST = 500  # messages at once
HERE = text("""
select id from message where id = any(cast(:ids as bigint[])) and conversation_id = :here order by id
""")
FROM = text("select distinct conversation_id from message where id = any(cast(:ids as bigint[]))")
OPEN = text("""
insert into conversation (customer_id, home_id, brand_id, subject, language, assignee_id, team_id, topic, orders)
select v.customer_id, v.home_id, v.brand_id, left(split_part(m.text, E'\\n', 1), 80), v.language, v.assignee_id,
  v.team_id, '', '{}'
from conversation v join message m on m.id = :first where v.id = :of returning id
""")
# They are of the one they came from again, also when that one has been merged away: undoing the merge takes them along.
OF_ITS_OWN = text("""
with recursive gone as (
  select id, into_id from conversation_joined where from_id = :from and undone_at is null
  union select j.id, j.into_id from gone g join conversation_joined j on j.from_id = g.into_id and j.undone_at is null),
other as (
  select id, into_id from conversation_joined where from_id = :to and undone_at is null
  union select j.id, j.into_id from other g join conversation_joined j on j.from_id = g.into_id and j.undone_at is null)
update conversation_joined j set message_ids = (
  select coalesce(array_agg(m order by m), '{}') from (
    select unnest(j.message_ids) as m except select unnest(cast(:ids as bigint[]))
    union select unnest(cast(:ids as bigint[])) where j.id in (select id from gone)) k)
where j.id in (select id from gone union select id from other)
""")
# One that nothing is left in is over; one that is filled again is as it was.
EMPTY = text("""
update conversation set status = 'closed', closed_at = now(), unread = 0
where id = :id and messages = 0 and noted_id = 0 and status = 'open'
""")
EMPTIED = text("select messages = 0 and noted_id = 0 from conversation where id = :id")


async def move(tx: Tx, viewer: Viewer, message_ids: Sequence[int], to_conversation: int) -> int:
    """Move messages of one conversation into another of the same customer and brand; returns the moving's number.

    Raises NotFound for what she does not see, Refused.
    """
    ids = sorted(set(message_ids))
    source = await _source(tx, ids)
    if source == to_conversation:
        raise Refused(_("They are in this conversation already."), "to")
    held = await hold_all(tx, viewer, "conversation.assign", (source, to_conversation))
    here, there = held[source], held[to_conversation]
    if (here.customer_id, here.brand_id) != (there.customer_id, there.brand_id):
        raise Refused(_("Messages go only into another conversation of the same customer and brand."), "to")
    return await _carry(tx, viewer, here, there.id, ids)


async def split(tx: Tx, viewer: Viewer, message_ids: Sequence[int]) -> int:
    """Give messages a conversation of their own; returns its number. Raises NotFound, Refused."""
    ids = sorted(set(message_ids))
    source = await _source(tx, ids)
    here = await hold(tx, viewer, "conversation.assign", source)
    await _belong(tx, ids, source)
    left = select(func.count()).where(Message.conversation_id == source, Message.id.not_in(ids))
    if not (await tx.execute(left)).scalar_one():
        raise Refused(_("These are all its messages: there would be nothing to split them from."))
    opened: int = (await tx.execute(OPEN, {"of": source, "first": ids[0]})).scalar_one()
    await _carry(tx, viewer, here, opened, ids, opened=True)
    return opened


async def undo_move(tx: Tx, viewer: Viewer, moving_id: int) -> int:
    """Put them back where they were, or where that one was merged into; returns that conversation.

    Undone twice is once. Raises NotFound, Refused.
    """
    query = select(Moving.from_id, Moving.to_id, Moving.message_ids, Moving.was_status).where(Moving.id == moving_id)
    moving = (await tx.execute(query)).one_or_none()
    if moving is None:
        raise NotFound("There is no such moving.")
    home, there = await now_at(tx, moving.from_id), await now_at(tx, moving.to_id)
    held = await hold_all(tx, viewer, "conversation.assign", {home, there})
    undone = update(Moving).where(Moving.id == moving_id, Moving.undone_at.is_(None))
    if not (await tx.execute(undone.values(undone_at=func.now(), undone_by=str(viewer.actor)))).rowcount:
        return home
    ids = list((await tx.execute(HERE, {"ids": moving.message_ids, "here": there})).scalars())
    emptied = (await tx.execute(EMPTIED, {"id": home})).scalar_one()
    await _relabel(tx, ids, home)
    await tx.execute(OF_ITS_OWN, {"from": moving.from_id, "to": moving.to_id, "ids": ids})
    if moving.was_status == "open" and home != there and emptied:  # what somebody has closed since stays so
        values = {"status": "open", "closed_at": None}
        await tx.execute(update(Conversation).where(Conversation.id == home).values(values))
    await recount(tx, sorted({home, there}))
    await tx.execute(EMPTY, {"id": there})
    whose, data = held[home].customer_id, {"moving": moving_id}
    both = [News(Kind.CONVERSATION_MOVED_BACK, one, customer=whose, data=data) for one in {home: 0, there: 0}]
    await record_all(tx, viewer.actor, both)
    return home


async def _source(tx: Tx, ids: Sequence[int]) -> int:
    """The one conversation in which they all stand."""
    if not ids or len(ids) > MOST:
        raise Refused(_("Choose between 1 and %(n)s messages.") % {"n": MOST})
    places = list((await tx.execute(FROM, {"ids": list(ids)})).scalars())
    if len(places) != 1:
        raise NotFound("There are no such messages in one conversation.")
    return int(places[0])


async def _belong(tx: Tx, ids: Sequence[int], source: int) -> None:
    """Raise NotFound when some have gone elsewhere meanwhile."""
    there = list((await tx.execute(HERE, {"ids": list(ids), "here": source})).scalars())
    if there != list(ids):
        raise NotFound("There are no such messages in one conversation.")


async def _carry(tx: Tx, viewer: Viewer, here: Held, to_id: int, ids: Sequence[int], *, opened: bool = False) -> int:
    await _belong(tx, ids, here.id)
    values = {
        "from_id": here.id,
        "to_id": to_id,
        "message_ids": list(ids),
        "opened": opened,
        "was_status": here.status,
        "by": str(viewer.actor),
    }
    moving: int = (await tx.execute(insert(Moving).values(values).returning(Moving.id))).scalar_one()
    await _relabel(tx, ids, to_id)
    await recount(tx, sorted((here.id, to_id)))
    await tx.execute(EMPTY, {"id": here.id})
    data = {"moving": moving, "from": here.id, "to": to_id, "messages": len(ids)}
    both = (here.id, to_id)
    await record_all(
        tx, viewer.actor, [News(Kind.CONVERSATION_MOVED, one, customer=here.customer_id, data=data) for one in both]
    )
    return moving


async def _relabel(tx: Tx, ids: Sequence[int], to_id: int) -> None:
    for statement in MOVE:
        await tx.execute(statement, {"to": to_id, "ids": list(ids)})
