"""Shared macros and guides as the history of the settings sets them back."""

from __future__ import annotations

from typing import Any

from madang.conversations.steps.facts import known
from madang.desk.settings_way import Values, Way
from madang.ground import Ground
from madang.guides import actions as guiding
from madang.guides import queries as guides
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.macros import queries as macros
from madang.macros.actions import making
from madang.staff.permissions import Viewer


async def _macro(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    one = await macros.macro(tx, viewer, number)
    if one.archived_at is not None or one.owner_id is not None:
        raise NotFound
    return {name: getattr(one, name) for name in ("name", "owner_id", "steps", "brand_id", "team_id")}


async def _set_macro(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, _field: str) -> None:
    house = await known(tx, viewer, await guides.names(tx, viewer))
    given = making.Given(values["name"], values["steps"], True, values["team_id"], values["brand_id"])
    await making.change(tx, viewer, number, given, house)


async def _put_away(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    await making.archive(tx, viewer, number)


async def _take_back(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    await making.restore(tx, viewer, number)


async def _guide(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    one = await guides.guide(tx, viewer, number)
    if one.archived:
        raise NotFound
    items = [
        {"key": item.key, "sort": item.sort, "text": item.text} | ({"url": item.url} if item.url else {})
        for item in one.items
    ]
    place = (await guides.order(tx)).index(number) + 1
    rules: dict[str, Any] = {"topics": list(one.topics), "connectors": list(one.connectors), "language": one.language}
    return {"name": one.name, "brand_id": one.brand_id, **rules, "items": items, "place": place}


async def _set_guide(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, field: str) -> None:
    place = values.pop("place")
    if field == "place":
        await guiding.put(tx, viewer, number, place)
        return
    await guiding.change(tx, viewer, number, guiding.Given(**values))


async def _shelve(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    await guiding.archive(tx, viewer, number)


async def _unshelve(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    await guiding.archive(tx, viewer, number, back=True)


ANSWERS = {
    "macros": Way(_macro, _set_macro, _put_away, _take_back),
    "guides": Way(_guide, _set_guide, _shelve, _unshelve),
}
