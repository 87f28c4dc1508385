"""Which verb of the conversation each step is, and by which one what it did is taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from madang.conversations.actions import assign, assign_team, close, reopen, set_tags
from madang.conversations.steps.facts import Facts, facts
from madang.conversations.steps.vocabulary import Step
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

Do = Callable[[Tx, Viewer, int, Step], Awaitable[Any]]
Back = Callable[[Tx, Viewer, Facts, Any, Any], Awaitable[Any]]


async def _assign(tx: Tx, viewer: Viewer, number: int, step: Step) -> None:
    to = step["to"]
    sort, _colon, who = to.partition(":")
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


DO: dict[str, Do] = {
    "assign": _assign,
    "tag": _tag,
    "untag": _untag,
    "close": _close,
    "reopen": _reopen,
}
BACK: dict[str, Back] = {
    "assignee_id": _hold_again,
    "team_id": _team_again,
    "status": _status_again,
    "tags": _tags_again,
}
