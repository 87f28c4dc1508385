"""Merging customers, for whoever sees a conversation of each; undone, every word is with who said it."""

from __future__ import annotations

from collections.abc import Mapping

from madang.conversations import profiles
from madang.conversations.actions.parting import part
from madang.customers import actions
from madang.customers.actions.merging import Side, Undone, Why
from madang.customers.trees import Moved
from madang.events.record import Actor
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def merge(
    tx: Tx, viewer: Viewer, winner: int, loser: int, *, keep: Mapping[str, Side] | None = None, why: Why | None = None
) -> int:
    """Let ``loser`` be ``winner``; returns the merge's number. Raises NotFound for whom she does not see, Refused."""
    permit(viewer, "customer.merge")
    await profiles.check(tx, viewer, winner)
    await profiles.check(tx, viewer, loser)
    try:
        return await actions.merge(tx, viewer.actor, winner, loser, keep=keep, why=why)
    except Moved:
        raise Refused("Somebody else has just merged one of them. Look again.", "loser") from None


async def undo(tx: Tx, viewer: Viewer, merge_id: int) -> Undone:
    """Take a merge back; raises NotFound, Refused."""
    permit(viewer, "customer.merge")
    await profiles.check(tx, viewer, await actions.winner_of(tx, merge_id))
    try:
        return await take_apart(tx, viewer.actor, merge_id)
    except Moved:
        raise Refused("Somebody else has just merged one of them. Look again.", "merge") from None


async def take_apart(tx: Tx, actor: Actor, merge_id: int) -> Undone:
    """As :func:`undo`, whoever may see it."""
    undone = await actions.undo(tx, actor, merge_id)
    await part(tx, actor, undone)
    return undone
