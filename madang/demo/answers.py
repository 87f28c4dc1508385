"""The demo's macros and guides: made once, where there are none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from madang.brands.queries import brands
from madang.conversations.steps.facts import known
from madang.demo.company import BRANDS
from madang.ground import Ground
from madang.guides import actions as guides
from madang.guides import queries as guide_queries
from madang.lib.postgres import Tx
from madang.macros import actions as macros
from madang.macros import queries as macro_queries
from madang.macros.exchange import Names, inward
from madang.staff.permissions import Viewer

FILE = Path(__file__).with_name("answers.toml")


async def answers(ground: Ground, agents: Mapping[str, Viewer]) -> None:
    """Make them as Ada, who leads the house. Somebody who has put them away is left in peace."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    ada = agents["Ada"]
    async with ground.database.begin() as tx:
        named = {one.name: one.id for one in await brands(tx)}
        numbers = {key: named[look.name] for key, look in BRANDS.items() if look.name in named}
        if not await _any(tx, ada):
            for one in told["guide"]:
                await _guide(tx, ada, one, numbers)
            for one in told["macro"]:
                await _macro(tx, agents.get(one.get("by", ""), ada), one, numbers)


async def _any(tx: Tx, ada: Viewer) -> bool:
    rooms = (macro_queries.macros, guide_queries.guides)
    return any([await room(tx, ada, archived=away) for room in rooms for away in (False, True)])


async def _guide(tx: Tx, ada: Viewer, one: Mapping[str, Any], brands_by_key: Mapping[str, int]) -> None:
    more = {"topics": one.get("topics", ()), "language": one.get("language", "")}
    given = guides.Given(one["name"], one["items"], brands_by_key.get(one.get("brand", "")), **more)
    await guides.create(tx, ada, given)


async def _macro(tx: Tx, who: Viewer, one: Mapping[str, Any], brands_by_key: Mapping[str, int]) -> None:
    some = await known(tx, who, await guide_queries.names(tx, who))
    steps = [inward(step, Names({}, {}, some)) for step in one["steps"]]
    brand = brands_by_key.get(one.get("brand", ""))
    await macros.create(tx, who, macros.Given(one["name"], steps, shared="by" not in one, brand_id=brand), some)
