"""The channels: what is connected, how it is, and what can be done with it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from madang.channels import actions, queries, templates
from madang.channels.abilities import Templates
from madang.channels.connector import SetupError
from madang.channels.health import NOBODY, Health, health
from madang.channels.queries import ChannelRow
from madang.channels.registry import entries, fields, steps
from madang.channels.registry import get as get_class
from madang.channels.setup import fill
from madang.desk.gallery import card, prices
from madang.desk.guide import guide
from madang.desk.letting_in import see
from madang.desk.page import ground_of, page, who
from madang.desk.setup_form import filled, shown
from madang.lib.errors import NotFound
from madang.lib.language import gettext, zone
from madang.lib.postgres import Tx
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
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        rows = [row for row in await queries.channels(tx) if hers(viewer, row.brand_id)]
        healths = await health(tx, [row.id for row in rows], today(request))
    return page(request, "settings/channels.html", channels=rows, healths=healths, connectors=entries())


@get("/settings/channels/{channel_id:int}")
async def one(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """One channel: what is left to do, its set-up, pausing and retiring it."""
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        row = await living(tx, viewer, channel_id)
        about = await _about(request, tx, row)
    return _page(request, row, about)


@post("/settings/channels/{channel_id:int}", status_code=200)
async def change(request: AnyRequest, channel_id: FromPath[int]) -> Response[Any]:
    """Test the changed set-up, then keep it."""
    viewer, ground, typed = administrator(request), ground_of(request), await typed_of(request)
    async with ground.database.begin() as tx:
        row = await living(tx, viewer, channel_id)
        try:
            settings, secrets = fill(fields(row.connector), typed, _kept(request, row))
            name = named(typed) or row.name
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
            about = await _about(request, tx, row)
            return _page(request, row, about, typed, (error.field, gettext(error.message)))
        await actions.change(tx, viewer.actor, ground.keys, channel_id, name=name, settings=settings, secrets=secrets)
    await actions.try_out(ground, channel_id)
    return see(f"/settings/channels/{channel_id}?done=saved")


@post("/settings/channels/{channel_id:int}/pause", status_code=303)
async def pause(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Send and fetch nothing for now; colleagues see why, when she says it."""
    viewer, typed = administrator(request), await typed_of(request)
    async with ground_of(request).database.begin() as tx:
        await living(tx, viewer, channel_id)
        await actions.pause(tx, viewer.actor, channel_id, " ".join(typed.get("reason", "").split())[:200])
    return see(f"/settings/channels/{channel_id}?done=paused")


@post("/settings/channels/{channel_id:int}/resume", status_code=303)
async def resume(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Work again."""
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        await living(tx, viewer, channel_id)
        await actions.resume(tx, viewer.actor, channel_id)
    return see(f"/settings/channels/{channel_id}?done=resumed")


@post("/settings/channels/{channel_id:int}/check", status_code=200)
async def check(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """Try the connection now, and say what came of it and how long it took."""
    viewer, ground = administrator(request), ground_of(request)
    async with ground.database.begin() as tx:
        row = await living(tx, viewer, channel_id)
        began = time.monotonic()
        problem = await actions.check_now(ground, tx, channel_id)
        tested = Tested(datetime.now(UTC), time.monotonic() - began, problem)
        about = await _about(request, tx, row)
    return _page(request, replace(row, problem=problem), about, tested=tested)


@post("/settings/channels/{channel_id:int}/templates", status_code=303)
async def fetch_templates(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Ask the provider for its approved texts now; what is wrong stands on the channel's page."""
    viewer, ground = administrator(request), ground_of(request)
    async with ground.database.begin() as tx:
        await living(tx, viewer, channel_id)
    try:
        await templates.fetch(ground, request.app.state.book, channel_id, viewer.actor)
    except SetupError as error:
        async with ground.database.begin() as tx:
            await actions.set_problem(tx, channel_id, error.message)
        return see(f"/settings/channels/{channel_id}")
    return see(f"/settings/channels/{channel_id}?done=fetched#templates")


@post("/settings/channels/{channel_id:int}/retire", status_code=303)
async def retire(request: AnyRequest, channel_id: FromPath[int]) -> Redirect:
    """Take it out of use for good; its conversations stay."""
    viewer = administrator(request)
    async with ground_of(request).database.begin() as tx:
        await living(tx, viewer, channel_id)
        await actions.retire(tx, viewer.actor, channel_id)
    return see("/settings/channels?done=removed")


async def typed_of(request: AnyRequest) -> dict[str, str]:
    """The texts of a set-up form; which of them count, the connector's fields decide."""
    sent = (await request.form()).multi_items()
    return {name: value for name, value in sent if isinstance(value, str) and name != "csrf"}


def named(typed: Mapping[str, str]) -> str:
    """What it is to be called: one line, not too long; '' when nothing was typed."""
    return " ".join(typed.get("channel_name", "").split())[:80]


async def living(tx: Tx, viewer: Viewer, channel_id: int) -> ChannelRow:
    """A channel that is in use, of a brand of hers; raises NotFound."""
    row = await queries.channel(tx, channel_id)
    if row.retired_at is not None or row.connector not in entries() or not hers(viewer, row.brand_id):
        raise NotFound("There is no such channel.")
    return row


def hers(viewer: Viewer, brand_id: int) -> bool:
    """Whether she sees this brand: whoever sees only some sets up only what speaks for them."""
    return viewer.scope.brands is None or brand_id in viewer.scope.brands


def today(request: AnyRequest) -> datetime:
    """When today began where the reader is."""
    now = datetime.now(zone(who(request).timezone))
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test: ``problem`` '' when it works; ``took`` in seconds."""

    at: datetime
    took: float
    problem: str


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a channel beside its set-up. ``templates`` is None where the provider approves none."""

    health: Health
    templates: Sequence[Any] | None


async def _about(request: AnyRequest, tx: Tx, row: ChannelRow) -> About:
    seen = await health(tx, [row.id], today(request))
    known = await templates.of_channel(tx, row.id) if issubclass(get_class(row.connector), Templates) else None
    return About(seen.get(row.id, NOBODY), known)


def _kept(request: AnyRequest, row: ChannelRow) -> dict[str, str]:
    keys = ground_of(request).keys
    kept: dict[str, str] = msgspec.json.decode(keys.unseal(row.secrets)) if row.secrets else {}
    return kept


def _page(
    request: AnyRequest,
    row: ChannelRow,
    about: About,
    typed: dict[str, str] | None = None,
    problem: tuple[str, str] = ("", ""),
    *,
    tested: Tested | None = None,
) -> Response[str]:
    kept = frozenset(name for name, value in _kept(request, row).items() if value)
    found = entries()[row.connector]
    return page(
        request,
        "settings/channel.html",
        400 if problem[1] else 200,
        channel=row,
        about=about,
        tested=tested,
        manifest=found.manifest,
        card=card(row.connector),
        prices=prices(found, row.settings),
        fields=shown(fields(row.connector), row.settings, typed, kept, problem),
        name=(typed or {}).get("channel_name", row.name),
        problem=problem,
        steps=filled(steps(row.connector), ground_of(request).settings.public_url, row.key, row.settings),
        guide=partial(guide, found.folder),
    )
