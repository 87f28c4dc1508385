"""Shared views as the history of the settings sets them back."""

from __future__ import annotations

from madang.conversations.inbox import views
from madang.conversations.inbox.actions import keeping
from madang.desk.settings_way import Values, Way
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


async def _view(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    one = await views.one(tx, viewer, number)
    if not one.shared:
        raise NotFound
    return {name: getattr(one, name) for name in ("name", "team_id", "condition", "sort")}


async def _set_view(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, field: str) -> None:
    """The one field alone: another could ask for what is not there any more."""
    if field == "team_id":
        await keeping.change(tx, viewer, number, whose=values["team_id"] or "all")
    else:
        await keeping.change(tx, viewer, number, **{field: values[field]})


async def _put_away(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    await keeping.archive(tx, viewer, number)


async def _take_back(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    await keeping.restore(tx, viewer, number)


# Whether it is shared at all is between her who made it and everybody: that is set where it is.
VIEWS = {"views": Way(_view, _set_view, _put_away, _take_back, never=frozenset({"shared"}))}
