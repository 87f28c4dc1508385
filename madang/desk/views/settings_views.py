"""Settings > Shared views: what everybody or a team has in the inbox, and what of it was changed."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations.inbox import fields, views
from madang.conversations.inbox.actions import keeping
from madang.desk.inbox_shown import ORDERS, filters
from madang.desk.letting_in import see
from madang.desk.page import ground_of, page, who
from madang.lib.language import gettext
from madang.staff.permissions import permit
from madang.staff.queries import teams

HERE = "/settings/views"


@get(HERE)
async def listed(request: Request[Any, Any, Any]) -> Response[str]:
    """Every shared one."""
    viewer = who(request)
    permit(viewer, "view.manage")
    async with ground_of(request).database.begin() as tx:
        some = [one for one in await views.saved(tx, viewer) if one.shared]
        known = await fields.named(tx, viewer)
        names = {team.id: team.name for team in await teams(tx)}
    rows = [(one, filters(one, known), gettext(ORDERS[one.sort])) for one in some]
    return page(request, "settings/views.html", rows=rows, teams=names)


@post(f"{HERE}/{{view_id:int}}/removal", status_code=200)
async def remove(request: Request[Any, Any, Any], view_id: FromPath[int]) -> Response[Any]:
    """Show it no longer."""
    viewer = who(request)
    permit(viewer, "view.manage")
    async with ground_of(request).database.begin() as tx:
        await keeping.archive(tx, viewer, view_id)
    return see(f"{HERE}?done=removed")
