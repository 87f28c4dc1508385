"""Where a conversation is now, what came into it, and what it is linked with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, any_, case, cast, or_, select, text

from madang.conversations.joining.models import Joined, Link
from madang.conversations.models import Conversation
from madang.conversations.queries import rows_of
from madang.conversations.rows import Row
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

# A merge may stand on a merge; the last one is where everything is.
NOW = text("""
with recursive way as (
  select id, id as at, merged_into_id as next, 0 as hops from conversation where id = any(cast(:ids as bigint[]))
  union all
  select w.id, v.id, v.merged_into_id, w.hops + 1 from way w join conversation v on v.id = w.next where w.hops < 100)
select id, at from way where next is null
""")
# What was merged into one, and into those that were.
PARTS = text("""
with recursive part as (
  select from_id from conversation_joined where into_id = :id and undone_at is null
  union select j.from_id from part p join conversation_joined j on j.into_id = p.from_id and j.undone_at is null)
select from_id from part
""")


class Elsewhere(Exception):
    """It was merged away: what is asked of ``number`` is answered at ``at``."""

    def __init__(self, number: int, at: int) -> None:
        super().__init__(f"conversation {number} is at {at}")
        self.number = number
        self.at = at


@dataclass(frozen=True, slots=True)
class Merged:
    """One that came into this: its number, when and by whom (an event actor), and the merge that can be undone."""

    joined_id: int
    from_id: int
    subject: str
    at: datetime
    by: str
    messages: int


async def now_at(tx: Tx, conversation_id: int) -> int:
    """Where it is: itself, or what it was merged into, over as many merges as there were."""
    return (await all_now_at(tx, [conversation_id])).get(conversation_id, conversation_id)


async def all_now_at(tx: Tx, conversations: Collection[int]) -> dict[int, int]:
    """As :func:`now_at`, for many in one statement; unknown numbers are left out."""
    if not conversations:
        return {}
    return {row[0]: row[1] for row in await tx.execute(NOW, {"ids": sorted(conversations)})}


async def parts(tx: Tx, conversation_id: int) -> list[int]:
    """The numbers of all that was merged into it."""
    return list((await tx.execute(PARTS, {"id": conversation_id})).scalars())


async def linked(tx: Tx, viewer: Viewer, conversation_id: int) -> list[Row]:
    """What it has to do with, as far as she sees it, the newest first; the caller has checked this one."""
    other = case((Link.a_id == conversation_id, Link.b_id), else_=Link.a_id)
    query = select(other).where(or_(Link.a_id == conversation_id, Link.b_id == conversation_id)).limit(50)
    numbers = list((await tx.execute(query)).scalars())
    found = await rows_of(tx, viewer, numbers)
    return sorted(found, key=lambda row: (row.last_at, row.id), reverse=True)


async def merged_here(tx: Tx, viewer: Viewer, conversation_id: int) -> list[Merged]:
    """The merges into it that stand, the newest first, of those she sees."""
    count = text("cardinality(conversation_joined.message_ids)")
    query = (
        select(Joined.id, Joined.from_id, Conversation.subject, Joined.at, Joined.by, count)
        .join(Conversation, Conversation.id == Joined.from_id)
        .where(Joined.into_id == conversation_id, Joined.undone_at.is_(None), viewer.scope.where(Conversation))
        .order_by(Joined.id.desc())
    )
    return [Merged(*row) for row in await tx.execute(query)]


async def merged_among(tx: Tx, conversations: Collection[int]) -> set[int]:
    """Those of them that were merged away."""
    wanted = any_(cast(sorted(conversations), ARRAY(BigInteger)))
    query = select(Conversation.id).where(Conversation.id == wanted, Conversation.merged_into_id.is_not(None))
    return set((await tx.execute(query)).scalars())
