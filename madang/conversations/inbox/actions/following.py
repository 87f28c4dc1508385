"""Who wants to hear of a conversation that is not hers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.conversations.actions.hand import refuse_user
from madang.conversations.inbox.actions.holding import Done, Step, hold_all, tell
from madang.events.kinds import Kind
from madang.lib.errors import Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

FOLLOW = text("""
insert into follower (conversation_id, user_id) select one, :user from unnest(cast(:ids as bigint[])) one
on conflict do nothing returning conversation_id
""")
LEAVE = text("""
delete from follower where user_id = :user and conversation_id = any(cast(:ids as bigint[])) returning conversation_id
""")


async def follow(tx: Tx, viewer: Viewer, ids: Sequence[int], user_id: int | None, *, on: bool = True) -> Done:
    """Let somebody (None: herself) hear of them, or no more. Whoever is not there yet sees only what is hers to see."""
    user = viewer.user_id if user_id is None else user_id
    if user is None:
        raise Refused(gettext(_("A program follows nothing. Name a colleague.")), "user")
    others = user != viewer.user_id
    held, done = await hold_all(tx, viewer, "conversation.assign" if others else "conversation.read", ids)
    if others and on and held:
        await refuse_user(tx, user)
    given = {"user": user, "ids": list(held)}
    some = tuple((await tx.execute(FOLLOW if on else LEAVE, given)).scalars())
    await tell(tx, viewer, Kind.CONVERSATION_FOLLOWED, {one: {"user": user, "follows": on} for one in some}, held)
    done.changed += some
    done.undo += [Step("leave" if on else "follow", user, some)] if some else []
    return done
