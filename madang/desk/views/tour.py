"""The tour of the demo: six things to look at, once."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from madang.desk.page import fragment, ground_of, who
from madang.lib.errors import NotFound
from madang.staff.queries import preferences


@get("/tour", whole="/")
async def tour(request: Request[Any, Any, Any], again: FromQuery[bool] = False) -> Response[Any]:
    """Its steps; nothing for whoever has seen or skipped it, unless she asks. Outside a demo there is none."""
    viewer, ground = who(request), ground_of(request)
    if not ground.settings.demo_phone:
        raise NotFound
    async with ground.database.begin() as tx:
        seen = (await preferences(tx, viewer.user_id)).get("tour")
    if seen and not again:
        return Response("", media_type="text/html", headers={"Cache-Control": "no-store"})
    return fragment(request, "desk/tour.html")
