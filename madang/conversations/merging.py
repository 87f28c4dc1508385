"""Merging customers, for whoever sees both; undone, every word is with who said it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from madang.conversations import profiles, questions
from madang.conversations.actions.parting import part
from madang.conversations.joining.actions.merging import part_strangers
from madang.customers import actions, defined, history
from madang.customers.actions import fields, suggesting
from madang.customers.actions.fields import Choice
from madang.customers.actions.merging import Side, Undone, Why
from madang.customers.actions.reconsidering import reconsider
from madang.customers.history import Merged
from madang.customers.trees import Moved, hold, roots
from madang.events.record import Actor
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

OPEN, UNTIL_MORE_IS_KNOWN, NEVER = suggesting.OPEN, suggesting.REJECTED, suggesting.NEVER


async def merge(
    tx: Tx, viewer: Viewer, winner: int, loser: int, *, keep: Mapping[str, Side] | None = None, why: Why | None = None
) -> int:
    """Let ``loser`` be ``winner``; returns the merge's number. Raises NotFound for whom she does not see, Refused."""
    permit(viewer, "customer.merge")
    stays, goes = await profiles.root(tx, viewer, winner), await profiles.root(tx, viewer, loser)
    with _moving("loser"):
        return await actions.merge(tx, viewer.actor, stays, goes, keep=await _hers(tx, viewer, keep), why=why)


async def differences(tx: Tx, viewer: Viewer, winner: int, loser: int) -> dict[str, Choice]:
    """The fields in which two roots differ, each with what would stay without a word. Raises NotFound."""
    await profiles.check(tx, viewer, winner)
    await profiles.check(tx, viewer, loser)
    found = await fields.choose(tx, winner, loser, {})
    names = await _hers(tx, viewer, found)
    return {name: one for name, one in found.items() if name in names}


async def undo(tx: Tx, viewer: Viewer, merge_id: int, *, ask_again: bool = False) -> Undone:
    """Take a merge back; raises NotFound, Refused.

    The question it was the answer to is open again when ``ask_again``, else only once more is known.
    """
    permit(viewer, "customer.merge")
    await profiles.check(tx, viewer, await actions.winner_of(tx, merge_id))
    with _moving("merge"):
        undone = await take_apart(tx, viewer.actor, merge_id)
    await reconsider(tx, viewer.actor, merge_id, 0 if ask_again else 2)
    return undone


async def take_apart(tx: Tx, actor: Actor, merge_id: int) -> Undone:
    """As :func:`undo`, whoever may see it."""
    undone = await actions.undo(tx, actor, merge_id)
    await part_strangers(tx, actor, {undone.root, undone.loser})
    await part(tx, actor, undone)
    return undone


async def merges(tx: Tx, viewer: Viewer, customer_id: int) -> list[Merged]:
    """The merges of a customer in scope; undone ones only when the viewer sees who was parted from her too."""
    root = await profiles.root(tx, viewer, customer_id)
    every = await history.merges(tx, root, await defined.hidden(tx, viewer))
    now = await roots(tx, {number for one in every if one.undone_at for number in (one.winner_id, one.loser_id)})
    known = await profiles.visible(tx, viewer, now.values()) | {root}
    return [one for one in every if not one.undone_at or {now[one.winner_id], now[one.loser_id]} <= known]


async def merge_of(tx: Tx, viewer: Viewer, merge_id: int) -> Merged:
    """One merge whose both sides are in scope; raises NotFound."""
    permit(viewer, "customer.read")
    found = await history.merge(tx, merge_id, await defined.hidden(tx, viewer))
    now = set((await roots(tx, [found.winner_id, found.loser_id])).values())
    if not now <= await profiles.visible(tx, viewer, now):
        raise NotFound("There is no such merge.")
    return found


async def accept(
    tx: Tx, viewer: Viewer, number: int, *, swap: bool = False, keep: Mapping[str, Side] | None = None
) -> int:
    """The two of a question are one: the older stays unless ``swap``. Returns the merge; raises NotFound, Refused."""
    permit(viewer, "customer.merge")
    asked = await questions.one(tx, viewer, number)
    await hold(tx, asked.pair)  # before the question, as intake does
    with _moving("suggestion"):
        return await suggesting.accept(tx, viewer.actor, number, swap=swap, keep=await _hers(tx, viewer, keep))


async def reject(tx: Tx, viewer: Viewer, number: int, *, never: bool = False) -> None:
    """The two of a question are two: until more is known, or for ever. Raises NotFound, Refused."""
    permit(viewer, "customer.merge")
    await questions.one(tx, viewer, number)
    await suggesting.reject(tx, viewer.actor, number, 3 if never else 2)


async def reopen(tx: Tx, viewer: Viewer, number: int) -> None:
    """Ask again what was rejected. Raises NotFound, Refused."""
    permit(viewer, "customer.merge")
    await questions.one(tx, viewer, number)
    await suggesting.reopen(tx, viewer.actor, number)


async def _hers(tx: Tx, viewer: Viewer, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Of what is said by field, what is of fields the viewer may see: of the others nobody has asked her."""
    names = {fields.CUSTOM + name for name in await defined.hidden(tx, viewer)} if given else set()
    return {name: value for name, value in (given or {}).items() if name not in names}


@contextmanager
def _moving(field: str) -> Iterator[None]:
    """Somebody else was quicker: a word for people."""
    try:
        yield
    except Moved:
        raise Refused("Somebody else has just merged one of them. Look again.", field) from None
