"""One verb for many conversations: by its name, with its value as text, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from madang.conversations.actions.closure import closers
from madang.conversations.inbox.actions import following, handing, reading, snoozing
from madang.conversations.inbox.actions.handing import AS_IT_WAS
from madang.conversations.inbox.actions.holding import MOST, Done, Held, Step, hold_all
from madang.conversations.inbox.actions.snoozing import said
from madang.lib.errors import Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

Verb = Callable[[Tx, Viewer, Sequence[int], str], Awaitable[Done]]
CHANGED = _("Somebody has changed it since.")


def _number(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Refused(gettext(_("This is not a possible answer. Choose one of those offered.")), "value")
    return int(value)


def _moment(value: str) -> datetime:
    try:
        made = datetime.fromisoformat(value)
    except ValueError:
        made = datetime(1, 1, 1)  # noqa: DTZ001: without a zone it is refused below
    if made.tzinfo is None or not 1 < made.year < 9_999:  # at the edges there is no such time in every zone
        raise Refused(gettext(_("This is no time. Choose one of those offered.")), "until")
    return made.astimezone(UTC)


async def _priority(tx: Tx, viewer: Viewer, ids: Sequence[int], value: str) -> Done:
    number = _number(value)
    return await handing.prioritise(tx, viewer, ids, -1 if number is None else number)


VERBS: Mapping[str, Verb] = {
    "assign": lambda tx, viewer, ids, value: handing.assign(tx, viewer, ids, _number(value)),
    "team": lambda tx, viewer, ids, value: handing.assign_team(tx, viewer, ids, _number(value)),
    "close": lambda tx, viewer, ids, _: handing.close(tx, viewer, ids),
    "reopen": handing.reopen,
    "tag": handing.tag,
    "untag": handing.untag,
    "priority": _priority,
    "snooze": lambda tx, viewer, ids, value: snoozing.snooze(tx, viewer, ids, _moment(value)),
    "wake": lambda tx, viewer, ids, _: snoozing.wake(tx, viewer, ids),
    "read": lambda tx, viewer, ids, _: reading.mark(tx, viewer, ids, unread=False),
    "unread": lambda tx, viewer, ids, _: reading.mark(tx, viewer, ids, unread=True),
    "follow": lambda tx, viewer, ids, value: following.follow(tx, viewer, ids, _number(value)),
    "leave": lambda tx, viewer, ids, value: following.follow(tx, viewer, ids, _number(value), on=False),
}
# What a verb sets, to see whether it is still so.
SETS: Mapping[str, Callable[[Held], Any]] = {
    "assign": lambda one: one.assignee_id,
    "team": lambda one: one.team_id,
    "priority": lambda one: one.priority,
    "snooze": lambda one: said(one.snoozed_until),
    "wake": lambda one: said(one.snoozed_until),
}


async def do(tx: Tx, viewer: Viewer, verb: str, ids: Sequence[int], value: str = "") -> Done:
    """Do it to all of them. Raises Refused when there is no such verb, or its value is none."""
    if verb not in VERBS:
        raise Refused(gettext(_("This is not a possible answer. Choose one of those offered.")), "verb")
    return await VERBS[verb](tx, viewer, ids, value)


async def undo(tx: Tx, viewer: Viewer, steps: Sequence[Step]) -> Done:
    """Take a batch back, as far as nobody has changed it since. Each step is a verb of hers, checked as any."""
    done = Done()
    if sum(len(step.ids) for step in steps) > 2 * MOST:
        raise Refused(gettext(_("Choose at most %(n)s conversations at once.")) % {"n": MOST})
    if every := {one for step in steps for one in step.ids}:
        await hold_all(tx, viewer, "conversation.read", sorted(every))  # all before the first, in the house's order
    for step in steps:
        left = replace(step, ids=tuple(one for one in step.ids if one not in done.refused))
        if left.ids:
            done.add(await _back(tx, viewer, left))
    return done


async def _back(tx: Tx, viewer: Viewer, step: Step) -> Done:
    """One step, on those that are still what it made them; held first, so that nobody changes them in between."""
    held, done = await hold_all(tx, viewer, "conversation.read", step.ids)
    left = await _as_left(tx, viewer, step, held)
    ids = [one for one in held if one in left]
    done.refused |= {one: gettext(CHANGED) for one in held if one not in ids}
    value = "" if step.value is None else str(step.value)
    if ids:
        done.add(await do(tx, viewer, "wake" if _is_over(step.verb, value) else step.verb, ids, value))
    return done


def _is_over(verb: str, value: str) -> bool:
    """Whether the moment it was snoozed to has come meanwhile: then it is awake."""
    return verb == "snooze" and _moment(value) <= datetime.now(UTC)


async def _as_left(tx: Tx, viewer: Viewer, step: Step, held: Mapping[int, Held]) -> Collection[int]:
    """Those of a step that nobody has changed since."""
    if step.verb in SETS:
        return {number for number, one in held.items() if SETS[step.verb](one) == step.was}
    if (step.verb, step.value) == ("reopen", AS_IT_WAS):
        by = await closers(tx, held)
        return {number for number, one in held.items() if (one.status, by.get(number)) == ("closed", str(viewer.actor))}
    return held
