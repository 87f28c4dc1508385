"""Settings > Macros: taken out as a file, and taken in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromQuery

from madang.brands.queries import brands
from madang.conversations.steps.facts import known
from madang.desk.letting_in import see
from madang.desk.page import ground_of, page, who
from madang.guides import queries as guides
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.macros import exchange, queries
from madang.macros.actions import take_in
from madang.macros.exchange import Names
from madang.staff.permissions import Viewer, permit
from madang.staff.queries import teams

AnyRequest = Request[Any, Any, Any]
HERE = "/settings/macros"
MIME = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@get(f"{HERE}/export")
async def export(request: AnyRequest, format: FromQuery[str] = "csv") -> Response[bytes]:
    """Those she may see, as a file."""
    viewer = who(request)
    permit(viewer, "conversation.reply")
    kind = "json" if format == "json" else "csv"
    async with ground_of(request).database.begin() as tx:
        some = exchange.papers(await queries.macros(tx, viewer), await _names(tx, viewer))
    made = exchange.as_json(some) if kind == "json" else exchange.as_csv(some)
    headers = {"Content-Disposition": f'attachment; filename="macros.{kind}"', "Cache-Control": "no-store"}
    return Response(made, media_type=MIME[kind], headers=headers | {"X-Content-Type-Options": "nosniff"})


@post(f"{HERE}/import", status_code=200, request_max_body_size=exchange.LARGEST + 65_536)
async def bring(request: AnyRequest) -> Response[Any]:
    """Take a file in: all of it, or nothing and the reason."""
    viewer = who(request)
    permit(viewer, "conversation.reply")
    file = (await request.form()).get("file")
    raw = await file.read() if isinstance(file, UploadFile) else b""
    try:
        async with ground_of(request).database.begin() as tx:
            taken = await take_in(tx, viewer, exchange.read(raw), await _names(tx, viewer))
    except Refused as refused:
        return await _list(request, viewer, refused.message)
    return see(f"{HERE}?done=saved&taken={taken}")


async def _list(request: AnyRequest, viewer: Viewer, problem: str) -> Response[str]:
    async with ground_of(request).database.begin() as tx:
        rows, names = await queries.macros(tx, viewer), await _names(tx, viewer)
    more = {"teams": names.teams, "brands": names.brands, "known": names.known, "again": queries.same_words(rows)}
    shown = {"rows": rows, "all": len(rows), "q": "", "archived": False, "refused": problem}
    return page(request, "settings/macros.html", 400, **shown, **more)


async def _names(tx: Tx, viewer: Viewer) -> Names:
    seen = viewer.scope.brands
    return Names(
        {team.id: team.name for team in await teams(tx)},
        {one.id: one.name for one in await brands(tx) if seen is None or one.id in seen},
        await known(tx, viewer, await guides.names(tx, viewer)),
    )
