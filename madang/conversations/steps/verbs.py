"""Which verb of the conversation each step is, and by which one what it did is taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from madang.conversations.actions import assign, assign_team, close, reopen, set_tags
from madang.conversations.inbox.actions.filling import fill_in
from madang.conversations.inbox.actions.following import follow
from madang.conversations.inbox.actions.handing import prioritise
from madang.conversations.inbox.actions.holding import Done
from madang.conversations.inbox.actions.snoozing import snooze, wake
from madang.conversations.inbox.when import NotATime, when
from madang.conversations.steps.facts import Facts, facts
from madang.conversations.steps.vocabulary import PRIORITIES, Step
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

Do = Callable[[Tx, Viewer, int, Step], Awaitable[Any]]
Back = Callable[[Tx, Viewer, Facts, Any, Any], Awaitable[Any]]


async def _assign(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    to = step["to"]
    sort, _colon, who = to.partition(":")
    if to == "me" and viewer.user_id is None:
        raise Refused(_("A program takes no conversations itself. Name a colleague in the macro."), "steps")
    if sort == "team":
        await assign_team(tx, viewer, number, None if who == "none" else int(who))
    else:
        await assign(tx, viewer, number, {"me": viewer.user_id, "nobody": None}[to] if not who else int(who))


async def _tag(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    now = await facts(tx, viewer, number)
    await set_tags(tx, viewer, number, [*now.tags, *step["tags"]])


async def _untag(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    now = await facts(tx, viewer, number)
    await set_tags(tx, viewer, number, [tag for tag in now.tags if tag not in step["tags"]])


async def _close(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    await close(tx, viewer, number)


async def _reopen(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    await reopen(tx, viewer, number)


def _all(done: Done) -> None:
    """A batch of one: what could not be done with it is why all of this is not done."""
    for why in done.refused.values():
        raise Refused(why, "steps")


async def _priority(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    _all(await prioritise(tx, viewer, [number], PRIORITIES.index(step["level"])))


async def _snooze(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    """Seen from where she sits who does it: nine o'clock is her nine o'clock."""
    try:
        until = when(step["until"], datetime.now(UTC), viewer.timezone)
    except NotATime:
        raise Refused(_("Nobody can say when this is: %(when)s") % {"when": step["until"]}, "steps") from None
    _all(await snooze(tx, viewer, [number], until))


async def _fill_in(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    await fill_in(tx, viewer, number, {step["field"]: step.get("value", "")})


async def _follow(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    _all(await follow(tx, viewer, [number], None))


async def _hold_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    await assign(tx, viewer, one.id, was)


async def _team_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    await assign_team(tx, viewer, one.id, was)


async def _status_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    await (close if was == "closed" else reopen)(tx, viewer, one.id)


async def _tags_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    """What others tagged since then stays."""
    added, removed = set(made) - set(was), set(was) - set(made)
    await set_tags(tx, viewer, one.id, sorted((set(one.tags) - added) | removed))


async def _priority_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    _all(await prioritise(tx, viewer, [one.id], PRIORITIES.index(was)))


async def _asleep_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    """A moment that has come meanwhile wakes it."""
    until = datetime.fromisoformat(was) if was else None
    if until is None or until <= datetime.now(UTC):
        _all(await wake(tx, viewer, [one.id]))
    elif one.status == "open":
        _all(await snooze(tx, viewer, [one.id], until))


async def _fields_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    names = {name for name in {*was, *made} if was.get(name) != made.get(name)}
    await fill_in(tx, viewer, one.id, {name: _typed(was.get(name)) for name in names})


def _typed(value: Any) -> str:
    """As somebody would type it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


async def _follow_again(tx: Tx, viewer: Viewer, one: Facts, was: Any, made: Any) -> None:
    _all(await follow(tx, viewer, [one.id], None, on=bool(was)))


DO: dict[str, Do] = {
    "assign": _assign,
    "tag": _tag,
    "untag": _untag,
    "close": _close,
    "reopen": _reopen,
    "priority": _priority,
    "snooze": _snooze,
    "field": _fill_in,
    "follow": _follow,
}
BACK: dict[str, Back] = {
    "assignee_id": _hold_again,
    "team_id": _team_again,
    "status": _status_again,
    "tags": _tags_again,
    "priority": _priority_again,
    "snoozed_until": _asleep_again,
    "fields": _fields_again,
    "following": _follow_again,
}
