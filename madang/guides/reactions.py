"""What was ticked goes along when a conversation is merged into another, and comes back when that is undone."""

from __future__ import annotations

from collections.abc import Sequence

from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.guides import actions
from madang.lib.postgres import Tx

VERBS = {Kind.CONVERSATION_MERGED: actions.go_along, Kind.CONVERSATION_UNMERGED: actions.go_back}
HEARD = frozenset(VERBS)


async def follow(tx: Tx, batch: Sequence[Happened]) -> None:
    """In the order of the log. A merge is told of both conversations: heard once, where it went."""
    for event in batch:
        if event.conversation_id == event.data["into"]:
            await VERBS[Kind(event.kind)](tx, event)
