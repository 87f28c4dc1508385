"""Members follow what happened: only segments that read what changed are looked at, only for those who changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from madang.conversations.models import Conversation
from madang.conversations.segments.actions import membership
from madang.conversations.segments.fields import CHANGES
from madang.customers.trees import roots
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.lib.postgres import Tx


async def follow(tx: Tx, batch: Sequence[Happened]) -> None:
    """Who enters or leaves a segment by these events does so now."""
    segments = await membership.kept(tx)
    read = frozenset().union(*(one.reads for one in segments))
    mine = [event for event in batch if CHANGES[Kind(event.kind)] & read]
    if not mine:
        return
    await membership.hold(tx)
    segments = await membership.kept(tx)
    groups: dict[frozenset[str], list[membership.Kept]] = {}
    for one in segments:
        groups.setdefault(one.reads, []).append(one)
    for reads, some in groups.items():
        concerned = [event for event in mine if CHANGES[Kind(event.kind)] & reads]
        await membership.weigh(tx, some, await _customers(tx, concerned))


async def _customers(tx: Tx, events: Sequence[Happened]) -> set[int]:
    """Whom events are about: the numbers they name, and who these are now."""
    named = {event.customer_id for event in events if event.customer_id}
    named |= {int(event.data["other"]) for event in events if "other" in event.data}
    theirs = {event.conversation_id for event in events if event.conversation_id and not event.customer_id}
    if theirs:
        query = select(Conversation.customer_id).where(Conversation.id.in_(theirs))
        named |= set((await tx.execute(query)).scalars())
    return named | set((await roots(tx, named)).values()) if named else set()
