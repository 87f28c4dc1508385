"""Answers that leave later: the moments that are offered, and what is done with one that waits."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, QueryParameter

from madang.conversations import actions, queries, scheduling
from madang.conversations.actions.hold import MergedAway
from madang.conversations.actions.later import TakenBack
from madang.conversations.inbox.when import NotATime, when
from madang.desk import moments_offered
from madang.desk.page import form_of, fragment, ground_of, who
from madang.desk.views.messages import drawn
from madang.desk.written import key_of, moment_of
from madang.lib.errors import NotFound
from madang.staff.permissions import permit

AnyRequest = Request[Any, Any, Any]


class Departure(msgspec.Struct):
    """When it is to leave, ISO 8601; ``asks``: not if the customer writes before."""

    later: str = ""
    asks: str = ""


@get("/c/{conversation_id:int}/times", whole="/c/{conversation_id}")
async def times(
    request: AnyRequest, conversation_id: FromPath[int], q: Annotated[str, QueryParameter(max_length=100)] = ""
) -> Response[str]:
    """Moments at which an answer may leave, in both clocks; with ``q`` what these words mean, or nothing."""
    viewer = who(request)
    permit(viewer, "conversation.reply")
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        zone = await scheduling.zone_of(tx, row.customer_id)
    mine, hers = ZoneInfo(viewer.timezone), moments_offered.zone_of(zone, row.language)
    now = datetime.now(UTC)
    found = _meant(q, now, mine, hers) if q else moments_offered.offers(now, mine, hers)
    return fragment(request, "desk/times.html", offers=found, known=hers is not None, asked=q)


def _meant(words: str, now: datetime, mine: ZoneInfo, hers: ZoneInfo | None) -> list[moments_offered.Offer]:
    try:
        at = when(words, now, str(mine))
    except NotATime:
        return []
    return [moments_offered.offer("", at, mine, hers)] if at > now else []


@get("/c/{conversation_id:int}/later", whole="/c/{conversation_id}")
async def later(request: AnyRequest, conversation_id: FromPath[int]) -> Response[str]:
    """What waits there for its moment."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        found = await scheduling.waiting(tx, viewer, row.id)
    return fragment(request, "desk/_later.html", later=found)


@post("/c/{conversation_id:int}/messages/{key:str}/departure", status_code=200)
async def now(request: AnyRequest, conversation_id: FromPath[int], key: FromPath[str]) -> Response[str]:
    """Wait no longer; answers the message as it is drawn."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        made = await actions.send_now(tx, viewer, conversation_id, _key(key))
        return await drawn(request, tx, viewer, made)


@put("/c/{conversation_id:int}/messages/{key:str}/departure", status_code=204)
async def move(request: AnyRequest, conversation_id: FromPath[int], key: FromPath[str]) -> None:
    """Let it leave at another moment."""
    viewer, form = who(request), await form_of(request, Departure)
    async with ground_of(request).database.begin() as tx:
        await queries.one(tx, viewer, conversation_id)  # before her words are read: what is not hers is not there
        at = moment_of(form.later)
        await actions.reschedule(tx, viewer, conversation_id, _key(key), at, asks=bool(form.asks))


@delete("/c/{conversation_id:int}/messages/{key:str}", status_code=200)
async def take_back(
    request: AnyRequest, conversation_id: FromPath[int], key: FromPath[str]
) -> Response[dict[str, Any]]:
    """It is not sent; answers what goes back into the composer."""
    back = await _taken_back(request, conversation_id, _key(key))
    body = {"text": back.text, "data": back.data, "files": back.files} if back else {}
    return Response(body, headers={"Cache-Control": "no-store"})


async def _taken_back(request: AnyRequest, conversation_id: int, key: uuid.UUID) -> TakenBack | None:
    try:
        async with ground_of(request).database.begin() as tx:
            return await actions.take_back(tx, who(request), conversation_id, key)
    except MergedAway as error:  # it went along
        return await _taken_back(request, error.into, key)


def _key(text: str) -> uuid.UUID:
    found = key_of(text)
    if found is None:
        raise NotFound("There is no such message.")
    return found
