"""What people have done with a channel's past: ranges given in again, gaps fetched again or closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations.actions import gaps, replays
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.desk.views.ledger import line_of, reader
from madang.desk.views.ledger_quarantine import Reason
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]


class Range(msgspec.Struct):
    """What to give in again: by envelope numbers."""

    first: int = 0
    last: int = 0


@get("/ledger/channels/{channel_id:int}/replays/new")
async def preview(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """Choose a range; see how many deliveries that are before anything happens."""
    viewer, asked = reader(request), request.query_params
    permit(viewer, "ledger.mend")
    typed = {name: asked.get(name, "") for name in ("since", "until", "first", "last")}
    found, problem = None, None
    async with ground_of(request).database.begin() as tx:
        line = await line_of(tx, viewer, channel_id)
        try:
            if any(typed.values()):
                found = await _counted(tx, viewer, channel_id, typed)
        except Refused as refused:
            problem = refused
    errors = {problem.field: problem.message} if problem else {}
    status = 400 if problem else 200
    return page(request, "ledger/replay.html", status, line=line, typed=typed, found=found, errors=errors)


@post("/ledger/channels/{channel_id:int}/replays", status_code=200)
async def start(request: AnyRequest, channel_id: FromPath[int]) -> Response[Any]:
    """Begin."""
    viewer, form = who(request), await form_of(request, Range)
    async with ground_of(request).database.begin() as tx:
        await replays.start(tx, viewer, channel_id, form.first, form.last)
    return see(f"/ledger/channels/{channel_id}?done=begun#replays")


@post("/ledger/channels/{channel_id:int}/replays/{replay_id:int}/stop", status_code=200)
async def stop(request: AnyRequest, channel_id: FromPath[int], replay_id: FromPath[int]) -> Response[Any]:
    """Give in no more of it."""
    async with ground_of(request).database.begin() as tx:
        await replays.stop(tx, who(request), replay_id)
    return see(f"/ledger/channels/{channel_id}?done=stopped#replays")


@post("/ledger/gaps/{gap_id:int}/fetch", status_code=200)
async def fetch(request: AnyRequest, gap_id: FromPath[int]) -> Response[Any]:
    """Have it fetched from its provider again."""
    async with ground_of(request).database.begin() as tx:
        channel_id = await gaps.ask(tx, who(request), gap_id)
    return see(f"/ledger/channels/{channel_id}?done=asked#gaps")


@post("/ledger/gaps/{gap_id:int}/dismissal", status_code=200)
async def close(request: AnyRequest, gap_id: FromPath[int]) -> Response[Any]:
    """Close a gap that nothing will fill."""
    viewer, form = who(request), await form_of(request, Reason)
    async with ground_of(request).database.begin() as tx:
        channel_id = await gaps.dismiss(tx, viewer, gap_id, form.reason)
    return see(f"/ledger/channels/{channel_id}?done=aside#gaps")


async def _counted(tx: Tx, viewer: Viewer, channel_id: int, typed: dict[str, str]) -> dict[str, Any]:
    if typed["first"] or typed["last"]:
        first, last = number(typed["first"], "first") or 0, number(typed["last"], "last") or 0
    else:
        since, until = _moment(viewer, typed["since"], "since"), _moment(viewer, typed["until"], "until")
        if since >= until:
            raise Refused(_("The end lies before the beginning."), "until")
        first, last = await replays.between(tx, since, until)
    if first > last:
        return {"first": first, "last": last, "wanted": 0, "all": True}
    wanted, whole = await replays.count(tx, viewer, channel_id, first, last)
    return {"first": first, "last": last, "wanted": wanted, "all": whole}


def _moment(viewer: Viewer, typed: str, field: str) -> datetime:
    try:
        given = datetime.fromisoformat(typed)
    except ValueError:
        raise Refused(_("Choose a day and a time."), field) from None
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(viewer.timezone))
