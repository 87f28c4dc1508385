"""The desk itself, and its list."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from madang.conversations.inbox import lists
from madang.desk.inbox_shown import Shown, beside, shown
from madang.desk.opened import asked_by, habits, hit, house, opened
from madang.desk.page import fragment, ground_of, page, who
from madang.events.log import horizon
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import preferences, users

AnyRequest = Request[Any, Any, Any]
PAGE = 40
FILTERS = ("by", "days", "status", "channel", "brand", "assignee", "files")
MOST_ROWS = 400  # a refreshed list keeps what was scrolled to
YEAR = 31_536_000


async def asked_for(tx: Tx, viewer: Viewer, request: AnyRequest, view: str) -> Shown:
    """The list an address asks for: its view, its filters, its order."""
    given = request.query_params.getall("f", None)
    return await shown(tx, viewer, view, given, request.query_params.get("sort", ""))


async def _listed(tx: Tx, viewer: Viewer, one: Shown, cursor: str, rows: int) -> dict[str, Any]:
    limit = min(max(rows, PAGE), MOST_ROWS)
    listed = await lists.page(tx, viewer, one.asked, cursor=cursor or None, limit=limit)
    return {"view": one.view, "shown": one, "listed": listed}


@get("/")
async def closed(request: AnyRequest, view: FromQuery[str] = "", q: FromQuery[str] = "") -> Response[str]:
    """The whole desk, no conversation open."""
    return await _desk(request, 0, view, q)


@get("/c/{conversation_id:int}")
async def desk(
    request: AnyRequest, conversation_id: FromPath[int], view: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[str]:
    """The whole desk, with one conversation open; ``m`` in the address is a message to be shown in it."""
    return await _desk(request, conversation_id, view, q)


async def _desk(request: AnyRequest, conversation_id: int, view: str, q: str) -> Response[str]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        last_event = await horizon(tx)  # before everything that is read: nothing falls between page and stream
        wishes = await preferences(tx, viewer.user_id)
        context = await house(tx) | habits(wishes)
        context |= asked_by(viewer, context)
        context |= {"row": None, "hit": ""}
        if conversation_id:
            context["hit"] = await hit(tx, viewer, conversation_id, request.query_params.get("m", ""))
            context |= await opened(tx, viewer, conversation_id, wishes)
        one = await asked_for(tx, viewer, request, view or request.cookies.get("madang_view", ""))
        context |= await beside(tx, viewer, one)
        context |= {"q": q[:200], "only": {name: request.query_params.get(name, "") for name in FILTERS}}
        context |= await _listed(tx, viewer, one, "", PAGE)
        colleagues = [user for user in await users(tx) if user.grant.role != "viewer"]
    return page(request, "desk/desk.html", last_event=last_event, colleagues=colleagues, **context)


@get("/list", whole="/?{query}")
async def listing(
    request: AnyRequest,
    view: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    rows: FromQuery[int] = PAGE,
    opened: FromQuery[int] = 0,
) -> Response[str]:
    """The list and the counts anew, or (with a cursor) the rows after those shown."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        context = await house(tx)
        one = await asked_for(tx, viewer, request, view)
        context |= await _listed(tx, viewer, one, cursor, rows)
        if not cursor:
            context |= await beside(tx, viewer, one)
    template = "desk/_rows.html" if cursor else "desk/list.html"
    made = fragment(request, template, row=None, **context)
    made.set_cookie("madang_view", one.view, path="/", samesite="lax", max_age=YEAR, httponly=True)
    return made
