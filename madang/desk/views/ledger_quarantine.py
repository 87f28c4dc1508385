"""Quarantine: what could not be taken in, opened, read, taken in again after a fix, or put aside with a reason."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.channels.quarantine import content
from madang.conversations import dry_run
from madang.conversations import ledger_rows as rows
from madang.conversations.actions import envelopes
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.desk.views.ledger import reader
from madang.lib.errors import Refused
from madang.lib.pace import Pace
from madang.staff.attempts import TooMany

AnyRequest = Request[Any, Any, Any]
HERE = "/ledger/quarantine"
DOWNLOADS = Pace(burst=60, rate=1.0)  # of one person: each is read whole


class Group(msgspec.Struct):
    """All that waits on a channel for one reason, and why it may be put aside."""

    channel: int = 0
    because: str = ""
    reason: str = ""


class Reason(msgspec.Struct):
    """Why one delivery may be put aside."""

    reason: str = ""


@get(HERE)
async def quarantine(request: AnyRequest) -> Response[str]:
    """What waits, by reason and one by one; or what was put aside."""
    return await _listed(request)


async def _listed(request: AnyRequest, refused: Refused | None = None) -> Response[str]:
    viewer, asked = reader(request), request.query_params
    aside = asked.get("aside", "") == "1"
    chosen: dict[str, Any] = {
        "channel_id": number(asked.get("channel", ""), "channel") or 0,
        "reason": asked.get("reason", "")[:300],
    }
    async with ground_of(request).database.begin() as tx:
        groups = await rows.reasons(tx, viewer, chosen["channel_id"], dismissed=aside)
        after = number(asked.get("after", ""), "after") or 0
        found = await rows.held(tx, viewer, **chosen, dismissed=aside, after=after)
    undo = number(asked.get("undo", ""), "undo") or 0
    shown = {"rows": found.items, "last": found.items[-1].id if found.next else 0, "groups": groups, "undo": undo}
    error = refused.message if refused else ""
    return page(
        request, "ledger/quarantine.html", 400 if refused else 200, aside=aside, chosen=chosen, error=error, **shown
    )


@post(f"{HERE}/again", status_code=200)
async def all_again(request: AnyRequest) -> Response[Any]:
    """Take in all that waits on a channel for one reason."""
    viewer, form = who(request), await form_of(request, Group)
    async with ground_of(request).database.begin() as tx:
        ids = await rows.held_ids(tx, viewer, channel_id=form.channel, reason=form.because, most=envelopes.MOST)
        await envelopes.take_in_again(tx, viewer, ids)
    return see(f"{HERE}?done=again")


@post(f"{HERE}/dismissal", status_code=200)
async def all_aside(request: AnyRequest) -> Response[Any]:
    """Put aside all that waits on a channel for one reason."""
    viewer, form = who(request), await form_of(request, Group)
    try:
        async with ground_of(request).database.begin() as tx:
            ids = await rows.held_ids(tx, viewer, channel_id=form.channel, reason=form.because, most=envelopes.MOST)
            await envelopes.dismiss(tx, viewer, ids, form.reason)
    except Refused as refused:
        return await _listed(request, refused)
    return see(f"{HERE}?{urlencode({'aside': 1, 'channel': form.channel or '', 'done': 'aside'})}")


@post(f"{HERE}/restoration", status_code=200)
async def all_back(request: AnyRequest) -> Response[Any]:
    """Put back into quarantine all that was put aside on a channel and had been there for one reason."""
    viewer, form = who(request), await form_of(request, Group)
    which: dict[str, Any] = {"channel_id": form.channel, "reason": form.because, "most": envelopes.MOST}
    async with ground_of(request).database.begin() as tx:
        ids = await rows.held_ids(tx, viewer, **which, dismissed=True)
        await envelopes.restore(tx, viewer, ids)
    return see(f"{HERE}?done=restored")


@get("/ledger/envelopes/{envelope_id:int}")
async def envelope(request: AnyRequest, envelope_id: FromPath[int]) -> Response[str]:
    """One delivery: as it came, why it is here, and what its channel says of it now."""
    return await _opened(request, envelope_id)


async def _opened(request: AnyRequest, envelope_id: int, refused: Refused | None = None) -> Response[str]:
    viewer, ground = reader(request), ground_of(request)
    async with ground.database.begin() as tx:
        one = await rows.opened(tx, viewer, envelope_id)
        raw = await content(tx, ground.files, envelope_id)
    shown = {"body": dry_run.readable(raw), "meaning": await dry_run.meaning(ground, one, raw)}
    meta = json.dumps(one.meta, ensure_ascii=False, indent=2)
    error = refused.message if refused else ""
    return page(
        request,
        "ledger/envelope.html",
        400 if refused else 200,
        one=one,
        meta=dry_run.readable(meta.encode()),
        error=error,
        **shown,
    )


@get("/ledger/envelopes/{envelope_id:int}/raw")
async def raw(request: AnyRequest, envelope_id: FromPath[int]) -> Response[bytes]:
    """The delivery exactly as it came, to keep and look into: never shown by the browser."""
    viewer, ground = reader(request), ground_of(request)
    if wait := DOWNLOADS.wait(str(viewer.actor)):
        raise TooMany(wait)
    async with ground.database.begin() as tx:
        await rows.opened(tx, viewer, envelope_id)
        body = await content(tx, ground.files, envelope_id)
    headers = {
        "Content-Disposition": f'attachment; filename="delivery-{envelope_id}.bin"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="application/octet-stream", headers=headers)


@post("/ledger/envelopes/{envelope_id:int}/again", status_code=200)
async def again(request: AnyRequest, envelope_id: FromPath[int]) -> Response[Any]:
    """Take it in again."""
    async with ground_of(request).database.begin() as tx:
        await envelopes.take_in_again(tx, who(request), [envelope_id])
    return see(f"{HERE}?done=again")


@post("/ledger/envelopes/{envelope_id:int}/dismissal", status_code=200)
async def aside(request: AnyRequest, envelope_id: FromPath[int]) -> Response[Any]:
    """Put it aside, with a reason."""
    viewer, form = who(request), await form_of(request, Reason)
    try:
        async with ground_of(request).database.begin() as tx:
            await envelopes.dismiss(tx, viewer, [envelope_id], form.reason)
    except Refused as refused:
        return await _opened(request, envelope_id, refused)
    return see(f"{HERE}?done=aside&undo={envelope_id}")


@post("/ledger/envelopes/{envelope_id:int}/restoration", status_code=200)
async def restored(request: AnyRequest, envelope_id: FromPath[int]) -> Response[Any]:
    """Put it back into quarantine."""
    async with ground_of(request).database.begin() as tx:
        await envelopes.restore(tx, who(request), [envelope_id])
    return see(f"/ledger/envelopes/{envelope_id}?done=restored")
