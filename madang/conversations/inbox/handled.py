"""How an open conversation is handled beside what its row says: who follows it, and fields of the company's own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from madang.conversations.inbox.models import Follower
from madang.conversations.models import Conversation
from madang.conversations.rows import Row
from madang.customers import defined
from madang.lib.postgres import Tx
from madang.staff.models import User
from madang.staff.permissions import Scope, Viewer


async def followers(tx: Tx, viewer: Viewer, conversation_id: int) -> list[tuple[int, str]]:
    """Who follows it, as (number, name), the first one first; nobody where it is not in scope."""
    given = {"conversation": conversation_id}
    return [(row.id, row.name) for row in await tx.execute(_followers(viewer.scope), given)]


@lru_cache(64)  # to build it takes longer than to run it
def _followers(scope: Scope) -> Select[int, str]:
    return (
        select(User.id, User.name)
        .join(Follower, Follower.user_id == User.id)
        .join(Conversation, Conversation.id == Follower.conversation_id)
        .where(Conversation.id == bindparam("conversation"), scope.where(Conversation), User.retired_at.is_(None))
        .order_by(Follower.at, User.id)
    )


async def handling(tx: Tx, viewer: Viewer, row: Row) -> dict[str, Any]:
    """For screens: ``follows``, ``followers`` by name, ``own_fields`` with what each holds."""
    some = await followers(tx, viewer, row.id)
    known = await defined.fields(tx, viewer, about="conversation")
    kept: dict[str, Any] = {}
    if known:
        rule = (Conversation.id == row.id, viewer.scope.where(Conversation))
        kept = (await tx.execute(select(Conversation.fields).where(*rule))).scalar_one_or_none() or {}
    return {
        "follows": viewer.user_id in [number for number, _name in some],
        "followers": [name for _number, name in some],
        "own_fields": [(one, kept.get(one.name)) for one in known],
    }
