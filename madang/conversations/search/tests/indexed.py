"""Hands that let the index catch up, as the worker does."""

from __future__ import annotations

from madang.events import dispatch
from madang.ground import Ground
from madang.wiring import REACTIONS

SEARCH = [one for one in REACTIONS if one.name.startswith("search ")]


async def listen(ground: Ground) -> None:
    """From now on, what happens is indexed by :func:`catch_up`."""
    await dispatch.seed(ground.database, SEARCH)


async def catch_up(ground: Ground) -> None:
    """Index all that has happened."""
    for one in SEARCH:
        while await dispatch.advance(ground.database, one):
            pass
