"""What was sent to a webhook: every delivery, every try, once more, and a test."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page
from madang.desk.views.settings_webhooks import HERE, allowed
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.language import zone
from madang.webhooks import actions, queries
from madang.webhooks.actions import Range
from madang.webhooks.models import Stage
from madang.webhooks.queries import SHOWN

SIZE = 25
PATIENCE = 4.0  # seconds a test is waited for


class Again(msgspec.Struct):
    """What to send again: times as the viewer's clock says them."""

    since: str = ""
    until: str = ""
    failed: bool = False


@get(f"{HERE}/{{webhook_id:int}}")
async def log(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[str]:
    """One receiver: how it does, and what was sent."""
    return await _log(request, webhook_id, Again(since=_off(request)))


@get(f"{HERE}/{{webhook_id:int}}/deliveries/{{delivery_id:int}}")
async def one(request: Request[Any, Any, Any], webhook_id: FromPath[int], delivery_id: FromPath[int]) -> Response[str]:
    """One delivery with its tries."""
    viewer = allowed(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.webhook(tx, viewer, webhook_id)
        found = await queries.delivery(tx, viewer, webhook_id, delivery_id)
    body = msgspec.json.format(found.body).decode() if found.body else ""
    digest = hashlib.sha256(found.body).hexdigest() if found.body else ""
    return page(request, "settings/webhook_delivery.html", row=row, one=found, body=body, digest=digest)


@post(f"{HERE}/{{webhook_id:int}}/deliveries/{{delivery_id:int}}/replay", status_code=200)
async def replay(
    request: Request[Any, Any, Any], webhook_id: FromPath[int], delivery_id: FromPath[int]
) -> Response[Any]:
    """Send one again, and see what becomes of it."""
    async with ground_of(request).database.begin() as tx:
        await actions.replay(tx, allowed(request), webhook_id, delivery_id)
    return await _watched(request, webhook_id, delivery_id)


@post(f"{HERE}/{{webhook_id:int}}/test", status_code=200)
async def test(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Send a test, and see what becomes of it."""
    async with ground_of(request).database.begin() as tx:
        made = await actions.test(tx, allowed(request), webhook_id)
    return await _watched(request, webhook_id, made)


@post(f"{HERE}/{{webhook_id:int}}/replay", status_code=200)
async def replay_range(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Send a time again."""
    viewer, form = allowed(request), await form_of(request, Again)
    try:
        since = _moment(form.since, "since", viewer.timezone)
        until = _moment(form.until, "until", viewer.timezone) if form.until else datetime.now(UTC)
        async with ground_of(request).database.begin() as tx:
            count = await actions.replay_range(tx, viewer, webhook_id, Range(since, until, form.failed))
    except Refused as refused:
        return await _log(request, webhook_id, form, refused)
    return see(f"{HERE}/{webhook_id}?again={count}")


async def _log(request: AnyRequest, webhook_id: int, form: Again, refused: Refused | None = None) -> Response[str]:
    viewer, asked = allowed(request), request.query_params
    stage = asked.get("stage", "")
    async with ground_of(request).database.begin() as tx:
        row = await queries.webhook(tx, viewer, webhook_id)
        rows = await queries.deliveries(
            tx, viewer, webhook_id, stage=SHOWN.get(stage), cursor=asked.get("cursor") or None, limit=SIZE
        )
    again = asked.get("again", "")
    return page(
        request,
        "settings/webhook.html",
        400 if refused else 200,
        row=row,
        deliveries=rows,
        stage=stage if stage in SHOWN else "",
        typed=form,
        again=int(again) if again.isascii() and again.isdecimal() and len(again) < 9 else None,
        off=bool(_off(request)),
        first=not asked.get("cursor"),
        errors={refused.field or "form": refused.message} if refused else {},
    )


async def _watched(request: AnyRequest, webhook_id: int, delivery_id: int) -> Response[Any]:
    """Lead to the delivery, when it is through or after :data:`PATIENCE`."""
    viewer, database = allowed(request), ground_of(request).database
    end = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < end:
        async with database.begin() as tx:
            found = await queries.delivery(tx, viewer, webhook_id, delivery_id)
        if found.stage is not Stage.WAITING or found.status or found.problem:
            break
        await asyncio.sleep(0.15)
    return see(f"{HERE}/{webhook_id}/deliveries/{delivery_id}")


def _moment(text: str, field: str, timezone: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone(timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(_("Give a day and a time."), field) from None


def _off(request: AnyRequest) -> str:
    """Since when it was off, as the field of a form says times."""
    given = request.query_params.get("off", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 12):
        return ""
    return datetime.fromtimestamp(int(given), zone(allowed(request).timezone)).strftime("%Y-%m-%dT%H:%M")
