"""The desk itself, and its list."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from madang.conversations import queries
from madang.conversations.queries import View
from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.desk.opened import house, opened
from madang.desk.page import fragment, ground_of, page, who
from madang.events.log import horizon
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import users

PAGE = 40
FILTERS = ("by", "days", "status", "channel", "brand", "assignee", "files")
MOST_ROWS = 400  # a refreshed list keeps what was scrolled to


def _view(name: str) -> View:
    return name if name in get_args(View) else "mine"  # type: ignore[return-value]


async def _listed(tx: Tx, viewer: Viewer, view: View, cursor: str, rows: int) -> dict[str, Any]:
    limit = min(max(rows, PAGE), MOST_ROWS)
    listed = await queries.inbox(tx, viewer, view, cursor=cursor or None, limit=limit)
    return {"view": view, "listed": listed}


@get("/")
async def closed(request: Request[Any, Any, Any], view: FromQuery[str] = "", q: FromQuery[str] = "") -> Response[str]:
    """The whole desk, no conversation open."""
    return await _desk(request, 0, view, q)


@get("/c/{conversation_id:int}")
async def desk(
    request: Request[Any, Any, Any], conversation_id: FromPath[int], view: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[str]:
    """The whole desk, with one conversation open."""
    return await _desk(request, conversation_id, view, q)


async def _desk(request: Request[Any, Any, Any], conversation_id: int, view: str, q: str) -> Response[str]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        last_event = await horizon(tx)  # before everything that is read: nothing falls between page and stream
        context = await house(tx)
        context |= {"row": None, **(await opened(tx, viewer, conversation_id) if conversation_id else {})}
        counts = await queries.counts(tx, viewer)
        chosen = _view(view or request.cookies.get("madang_view", ""))
        context |= {"q": q[:200], "only": {name: request.query_params.get(name, "") for name in FILTERS}}
        context |= await _listed(tx, viewer, chosen, "", PAGE)
        colleagues = [user for user in await users(tx) if user.grant.role != "viewer"]
    return page(request, "desk/desk.html", last_event=last_event, counts=counts, colleagues=colleagues, **context)


@get("/list", whole="/?{query}")
async def listing(
    request: Request[Any, Any, Any],
    view: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    rows: FromQuery[int] = PAGE,
    opened: FromQuery[int] = 0,
) -> Response[str]:
    """The list and the counts anew, or (with a cursor) the rows after those shown."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        context = await house(tx)
        context |= await _listed(tx, viewer, _view(view), cursor, rows)
        counts = {} if cursor else await queries.counts(tx, viewer)
    template = "desk/_rows.html" if cursor else "desk/list.html"
    made = fragment(request, template, row=None, counts=counts, **context)
    made.set_cookie("madang_view", _view(view), path="/", samesite="lax", max_age=31_536_000, httponly=True)
    return made


@get("/palette", whole="/?{query}")
async def found(
    request: Request[Any, Any, Any], q: Annotated[str, QueryParameter(max_length=200)] = ""
) -> Response[str]:
    """Conversations the command palette offers for what is typed."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        if q.strip():
            rows = [one.row for one in (await search.find(tx, viewer, Asked(q), limit=8)).conversations]
        else:
            rows = (await queries.inbox(tx, viewer, "all", limit=8)).items
    return fragment(request, "desk/palette.html", rows=rows)
