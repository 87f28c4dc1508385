"""What she has seen in one place is withdrawn everywhere: the bell, what was pushed, what was still to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import text

from madang.lib.postgres import Tx
from madang.notifications.actions.telling import ring
from madang.staff.permissions import Viewer

_MARK = """
with seen as (
  update notification set seen_at = now() where seen_at is null and {which} returning id, user_id, data),
dropped as (delete from notification_telling t using seen where t.notification_id = seen.id and t.way <> 'close'),
closing as (
  insert into notification_telling (notification_id, way) select id, 'close' from seen where data ? 'pushed'
  on conflict do nothing)
select id, user_id from seen
"""
ONE = text(_MARK.format(which="user_id = :user and id = any(cast(:ids as bigint[]))"))
ALL = text(_MARK.format(which="user_id = :user"))
HERS = text(_MARK.format(which="user_id = :user and conversation_id = :conversation"))
# What waits for anybody waits for nobody else once somebody has it, or it is closed.
TAKEN = text(
    _MARK.format(
        which="conversation_id = any(cast(:conversations as bigint[])) and kind in ('team', 'view')",
    )
)
PAIRS = text(
    _MARK.format(
        which="""(user_id, conversation_id) in (
    select * from unnest(cast(:users as bigint[]), cast(:conversations as bigint[])))"""
    )
)
UNSEE = text("""
update notification set seen_at = null where user_id = :user and id = any(cast(:ids as bigint[])) returning id, user_id
""")


async def see(tx: Tx, viewer: Viewer, ids: Collection[int]) -> list[int]:
    """She has seen these of hers; returns the ones she had not before."""
    return await _mark(tx, ONE, {"user": viewer.user_id, "ids": list(ids)})


async def see_all(tx: Tx, viewer: Viewer) -> list[int]:
    """She has seen all of hers."""
    return await _mark(tx, ALL, {"user": viewer.user_id})


async def see_conversation(tx: Tx, viewer: Viewer, conversation_id: int) -> list[int]:
    """She looks at a conversation: all that she was told of it."""
    return await _mark(tx, HERS, {"user": viewer.user_id, "conversation": conversation_id})


async def saw(tx: Tx, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Of each (colleague, conversation): she was there."""
    users, conversations = [one for one, _ in pairs], [other for _, other in pairs]
    return await _mark(tx, PAIRS, {"users": users, "conversations": conversations}) if pairs else []


async def taken(tx: Tx, conversations: Collection[int]) -> list[int]:
    """Somebody has them now: nobody else is called."""
    return await _mark(tx, TAKEN, {"conversations": list(conversations)}) if conversations else []


async def unsee(tx: Tx, viewer: Viewer, ids: Collection[int]) -> list[int]:
    """These are new again: a slip is undone."""
    return await _mark(tx, UNSEE, {"user": viewer.user_id, "ids": list(ids)})


async def _mark(tx: Tx, statement: Any, given: dict[str, Any]) -> list[int]:
    rows = (await tx.execute(statement, given)).all()
    await ring(tx, {row.user_id for row in rows})
    return [row.id for row in rows]
