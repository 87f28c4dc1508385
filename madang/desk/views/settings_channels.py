"""The channels: what is connected, how it is, and what can be done with it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from madang.channels import actions, queries
from madang.channels.connector import SetupError
from madang.channels.queries import ChannelRow
from madang.channels.registry import entries, fields, steps
from madang.channels.setup import fill
from madang.desk.letting_in import see
from madang.desk.page import ground_of, page, who
from madang.desk.setup_form import filled, shown
from madang.lib.errors import NotFound
from madang.lib.language import gettext
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]


def administrator(request: AnyRequest) -> Viewer:
    """Whoever asks, if she may set channels up; raises NotPermitted."""
    viewer = who(request)
    permit(viewer, "channel.manage")
    return viewer


@get("/settings/channels")
async def listing(request: AnyRequest) -> Response[str]:
    """All channels with their health."""
    administrator(request)
    async with ground_of(request).database.begin() as tx:
        rows = await queries.channels(tx)
        heard = await queries.last_contact(tx, [row.id for row in rows])
    return page(request, "settings/channels.html", channels=rows, heard=heard, connectors=entries())


@get("/settings/channels/{channel_id:int}")
async def one(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """One channel: what is left to do, its set-up, pausing and retiring it."""
    administrator(request)
    async with ground_of(request).database.begin() as tx:
        row = await _living(tx, channel_id)
        heard = await queries.last_contact(tx, [row.id])
    return _page(request, row, heard=heard)


@post("/settings/channels/{channel_id:int}", status_code=200)
async def change(request: AnyRequest, channel_id: FromPath[int]) -> Response[Any]:
    """Test the changed set-up, then keep it."""
    viewer, ground, typed = administrator(request), ground_of(request), await typed_of(request)
    async with ground.database.begin() as tx:
        row = await _living(tx, channel_id)
        try:
            settings, secrets = fill(fields(row.connector), typed, _kept(request, row))
            name = typed.get("channel_name", "").strip() or row.name
            await actions.test_setup(
                ground,
                tx,
                connector=row.connector,
                brand_id=row.brand_id,
                name=name,
                settings=settings,
                secrets=secrets,
            )
        except SetupError as error:
            heard = await queries.last_contact(tx, [row.id])
            return _page(request, row, typed, (error.field, gettext(error.message)), heard=heard, status=400)
        await actions.change(tx, viewer.actor, ground.keys, channel_id, name=name, settings=settings, secrets=secrets)
    return see(f"/settings/channels/{channel_id}?done=saved")


@post("/settings/channels/{channel_id:int}/pause", status_code=303)
async def pause(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Send and fetch nothing for now."""
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        await actions.pause(tx, viewer.actor, channel_id)
    return see(f"/settings/channels/{channel_id}?done=paused")


@post("/settings/channels/{channel_id:int}/resume", status_code=303)
async def resume(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Work again."""
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        await actions.resume(tx, viewer.actor, channel_id)
    return see(f"/settings/channels/{channel_id}?done=resumed")


@post("/settings/channels/{channel_id:int}/check", status_code=303)
async def check(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Try the connection now; the channel's page says what came of it."""
    administrator(request)
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        await _living(tx, channel_id)
        problem = await actions.check_now(ground, tx, channel_id)
    return see(f"/settings/channels/{channel_id}{'' if problem else '?done=works'}")


@post("/settings/channels/{channel_id:int}/retire", status_code=303)
async def retire(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Take it out of use for good; its conversations stay."""
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        await _living(tx, channel_id)
        await actions.retire(tx, viewer.actor, channel_id)
    return see("/settings/channels?done=removed")


async def typed_of(request: AnyRequest) -> dict[str, str]:
    """The texts of a set-up form; which of them count, the connector's fields decide."""
    sent = (await request.form()).multi_items()
    return {name: value for name, value in sent if isinstance(value, str) and name != "csrf"}


async def _living(tx: Any, channel_id: int) -> ChannelRow:
    row = await queries.channel(tx, channel_id)
    if row.retired_at is not None or row.connector not in entries():
        raise NotFound("There is no such channel.")
    return row


def _kept(request: AnyRequest, row: ChannelRow) -> dict[str, str]:
    keys = ground_of(request).keys
    kept: dict[str, str] = msgspec.json.decode(keys.unseal(row.secrets)) if row.secrets else {}
    return kept


def _page(
    request: AnyRequest,
    row: ChannelRow,
    typed: dict[str, str] | None = None,
    problem: tuple[str, str] = ("", ""),
    *,
    heard: dict[int, Any],
    status: int = 200,
) -> Response[str]:
    kept = frozenset(name for name, value in _kept(request, row).items() if value)
    return page(
        request,
        "settings/channel.html",
        status,
        channel=row,
        heard=heard.get(row.id),
        manifest=entries()[row.connector].manifest,
        fields=shown(fields(row.connector), row.settings, typed, kept, problem),
        name=(typed or {}).get("channel_name", row.name),
        problem=problem,
        steps=filled(steps(row.connector), ground_of(request).settings.public_url, row.key, row.settings),
    )
