"""Macros out of a file: one of the same name is replaced, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.macros import queries
from madang.macros.actions.making import Given, change, create
from madang.macros.exchange import Names, Paper, inward, numbers
from madang.staff.permissions import Viewer


async def take_in(tx: Tx, viewer: Viewer, some: Sequence[Paper], names: Names) -> int:
    """Make them, or change those that are there under their names; returns how many. Raises Refused naming which."""
    there = {(one.owner_id, one.name.casefold()): one.id for one in await queries.macros(tx, viewer)}
    for place, one in enumerate(some, 1):
        owner = None if one.shared else viewer.user_id
        try:
            given = _given(one, names)
            known = there.get((owner, " ".join(one.name.split()).casefold()))
            if known is None:
                there[owner, " ".join(one.name.split()).casefold()] = await create(tx, viewer, given, names.known)
            else:
                await change(tx, viewer, known, given, names.known)
        except Refused as error:
            told = {"place": place, "name": one.name[:80], "why": error.message}
            raise Refused(_("Macro %(place)s, “%(name)s”: %(why)s Nothing was taken in.") % told, "file") from None
    return len(some)


def _given(one: Paper, names: Names) -> Given:
    steps = [inward(step, names) for step in one.steps]
    team, brand = _number(names.teams, one.team, "team"), _number(names.brands, one.brand, "brand")
    return Given(one.name, steps, shared=one.shared, team_id=team, brand_id=brand)


def _number(names: Mapping[int, str], name: str, field: str) -> int | None:
    if not name.strip():
        return None
    found = numbers(names).get(name.strip().casefold())
    if found is None:
        raise Refused(_("There is no team or brand called %(name)s.") % {"name": name[:80]}, field)
    return found
