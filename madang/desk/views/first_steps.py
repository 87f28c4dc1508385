"""The first steps of a new house: a page, and a card beside the empty thread until they are taken or put away."""

from __future__ import annotations

import time
from typing import Any

from litestar import Request, Response, get, post

from madang.desk.first_steps import WISH, put_away, steps
from madang.desk.letting_in import see
from madang.desk.page import fragment, ground_of, page, who
from madang.staff.actions import prefer
from madang.staff.permissions import permit

HERE = "/first-steps"


@get(HERE)
async def first_steps(request: Request[Any, Any, Any]) -> Response[str]:
    """All of them."""
    return page(request, "first_steps.html", **await _context(request))


@get(f"{HERE}/card", whole=HERE)
async def card(request: Request[Any, Any, Any]) -> Response[str]:
    """The same as a card; empty when nothing is left to do or it was put away."""
    context = await _context(request)
    if context["away"] or all(one.done for one in context["steps"]):
        return Response("", media_type="text/html", headers={"Cache-Control": "no-store"})
    return fragment(request, "_first_steps.html", **context)


@post(f"{HERE}/dismissal", status_code=200)
async def dismiss(request: Request[Any, Any, Any]) -> Response[Any]:
    """Put them away, for everybody here."""
    return await _keep(request, away=True)


@post(f"{HERE}/return", status_code=200)
async def bring_back(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show the card again."""
    return await _keep(request, away=False)


async def _keep(request: Request[Any, Any, Any], *, away: bool) -> Response[Any]:
    viewer = who(request)
    permit(viewer, "channel.manage")
    async with ground_of(request).database.begin() as tx:
        await prefer(tx, viewer, WISH, {"away": away, "at": time.time()})
    return see(HERE)


async def _context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    viewer = who(request)
    permit(viewer, "channel.manage")
    async with ground_of(request).database.begin() as tx:
        return {"steps": await steps(tx, viewer), "away": await put_away(tx)}
