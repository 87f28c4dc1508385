"""How far somebody has read: hers alone, and no event. What the team has read is one (:mod:`actions.seen`)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, any_, cast, select, text

from madang.conversations.inbox.actions.holding import Done, Step
from madang.conversations.models import Conversation
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

READ = text("""
insert into reading (user_id, conversation_id, message_id)
select :me, id, greatest(last_id, 1) from conversation where id = any(cast(:ids as bigint[]))
on conflict (user_id, conversation_id) do update set message_id = excluded.message_id, at = now()
""")
UNREAD = text("""
insert into reading (user_id, conversation_id, message_id)
select :me, one, 0 from unnest(cast(:ids as bigint[])) one
on conflict (user_id, conversation_id) do update set message_id = 0, at = now()
""")
SEEN = text("""
update mention set seen_at = now() where user_id = :me and conversation_id = any(cast(:ids as bigint[]))
  and seen_at is null
""")
# What a colleague has looked at is not read by whose it is.
KEEP = text("""
insert into reading (user_id, conversation_id, message_id)
select assignee_id, id, 0 from conversation
where id = any(cast(:ids as bigint[])) and unread > 0 and assignee_id <> :me
on conflict do nothing
""")


async def mark(tx: Tx, viewer: Viewer, ids: Sequence[int], *, unread: bool) -> Done:
    """Read or unread to her, one or many; what she does not see is left out."""
    permit(viewer, "conversation.read")
    if viewer.user_id is None or not ids:
        return Done()
    hers = (Conversation.id == any_(cast(list(ids), ARRAY(BigInteger))), viewer.scope.where(Conversation))
    some = sorted((await tx.execute(select(Conversation.id).where(*hers))).scalars())
    await (put_back if unread else look)(tx, viewer.user_id, some)
    back = Step("read" if unread else "unread", None, tuple(some))
    return Done(some, {}, [back] if some else [])


async def look(tx: Tx, user_id: int, ids: Sequence[int]) -> None:
    """She has read all of these, and the notes in them that name her. The caller has checked the scope."""
    for statement in (KEEP, READ, SEEN):
        await tx.execute(statement, {"me": user_id, "ids": list(ids)})


async def put_back(tx: Tx, user_id: int, ids: Sequence[int]) -> None:
    """They are unread to her."""
    await tx.execute(UNREAD, {"me": user_id, "ids": list(ids)})


async def give(tx: Tx, viewer: Viewer, ids: Sequence[int], user_id: int | None) -> None:
    """What was handed to somebody by another is unread to her."""
    if user_id is not None and user_id != viewer.user_id and ids:
        await put_back(tx, user_id, ids)
