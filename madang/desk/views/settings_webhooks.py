"""Webhooks: which programs are told of events, and of which."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.brands.queries import brands
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib.errors import Refused
from madang.lib.http import Guard
from madang.lib.postgres import Tx
from madang.staff.permissions import Sees, Viewer, permit
from madang.staff.queries import teams
from madang.webhooks import actions, queries
from madang.webhooks.actions import Wanted
from madang.webhooks.catalogue import ENTRIES, EVERYTHING, SUBJECTS
from madang.webhooks.queries import Receiver
from madang.webhooks.targets import judged

HERE = "/settings/webhooks"
KINDS = {subject: [one for one in ENTRIES if one.subject == subject] for subject in SUBJECTS}


class SetUp(msgspec.Struct):
    """Where it is, what it is told of, what it may see. Only this is read, whatever else is posted."""

    url: str = ""
    description: str = ""
    kinds: list[str] = []
    all_brands: bool = False
    brands: list[int] = []
    sees: Sees = "all"
    teams: list[int] = []

    async def wanted(self, guard: Guard) -> Wanted:
        """The same for the verb; raises Refused for an address that may not be called."""
        kinds = (EVERYTHING,) if EVERYTHING in self.kinds else tuple(self.kinds)
        some = None if self.all_brands else frozenset(self.brands)
        return Wanted(await judged(self.url, guard), kinds, self.description, some, self.sees, frozenset(self.teams))


@get(HERE)
async def listed(request: Request[Any, Any, Any]) -> Response[str]:
    """Every receiver, and how it does."""
    viewer = allowed(request)
    async with ground_of(request).database.begin() as tx:
        rows = await queries.webhooks(tx, viewer)
    return page(request, "settings/webhooks.html", rows=rows)


@get(f"{HERE}/new")
async def blank(request: Request[Any, Any, Any]) -> Response[str]:
    """A receiver to be."""
    return await _form(request, SetUp(all_brands=allowed(request).scope.brands is None))


@post(f"{HERE}/new", status_code=200)
async def create(request: Request[Any, Any, Any]) -> Response[str]:
    """Make it, and show its secret this once."""
    viewer, form, ground = allowed(request), await form_of(request, SetUp), ground_of(request)
    try:
        wanted = await form.wanted(Guard(ground.settings.allow_hosts))
        async with ground.database.begin() as tx:
            made = await actions.create(tx, viewer, ground.keys, wanted)
    except Refused as refused:
        return await _form(request, form, refused)
    return page(request, "settings/webhook_secret.html", secret=made.secret, webhook_id=made.id, new=True)


@get(f"{HERE}/{{webhook_id:int}}/set-up")
async def shown(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[str]:
    """How a receiver is set up."""
    async with ground_of(request).database.begin() as tx:
        row = await queries.webhook(tx, allowed(request), webhook_id)
    scope = row.scope
    form = SetUp(row.url, row.description, row.kinds, scope.brands is None, sorted(scope.brands or ()))
    form.sees, form.teams = scope.sees, sorted(scope.teams)
    return await _form(request, form, row=row)


@post(f"{HERE}/{{webhook_id:int}}/set-up", status_code=200)
async def change(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Set it up anew."""
    viewer, form, ground = allowed(request), await form_of(request, SetUp), ground_of(request)
    async with ground.database.begin() as tx:
        row = await queries.webhook(tx, viewer, webhook_id)
    try:
        wanted = await form.wanted(Guard(ground.settings.allow_hosts))
        async with ground.database.begin() as tx:
            await actions.change(tx, viewer, webhook_id, wanted)
    except Refused as refused:
        return await _form(request, form, refused, row=row)
    return see(f"{HERE}/{webhook_id}/set-up?done=saved")


@post(f"{HERE}/{{webhook_id:int}}/pause", status_code=200)
async def pause(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Tell it nothing for now."""
    async with ground_of(request).database.begin() as tx:
        await actions.disable(tx, allowed(request), webhook_id)
    return see(f"{HERE}/{webhook_id}?done=paused")


@post(f"{HERE}/{{webhook_id:int}}/resume", status_code=200)
async def resume(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Tell it again; offer to send what it missed."""
    async with ground_of(request).database.begin() as tx:
        row = await queries.webhook(tx, allowed(request), webhook_id)
        await actions.enable(tx, allowed(request), webhook_id)
    off = f"&off={int(row.disabled_at.timestamp())}" if row.disabled_at else ""
    return see(f"{HERE}/{webhook_id}?done=resumed{off}")


@post(f"{HERE}/{{webhook_id:int}}/secret", status_code=200)
async def rotate(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[str]:
    """Make a new secret, and show it this once."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        secret = await actions.rotate(tx, allowed(request), ground.keys, webhook_id)
    return page(request, "settings/webhook_secret.html", secret=secret, webhook_id=webhook_id, new=False)


@post(f"{HERE}/{{webhook_id:int}}/old-secret/removal", status_code=200)
async def drop_old(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Let the secret before sign nothing any more."""
    async with ground_of(request).database.begin() as tx:
        await actions.drop_old_secrets(tx, allowed(request), webhook_id)
    return see(f"{HERE}/{webhook_id}?done=removed")


@post(f"{HERE}/{{webhook_id:int}}/removal", status_code=200)
async def remove(request: Request[Any, Any, Any], webhook_id: FromPath[int]) -> Response[Any]:
    """Tell it nothing ever again."""
    async with ground_of(request).database.begin() as tx:
        await actions.retire(tx, allowed(request), webhook_id)
    return see(f"{HERE}?done=removed")


async def _form(
    request: AnyRequest, form: SetUp, refused: Refused | None = None, row: Receiver | None = None
) -> Response[str]:
    viewer = allowed(request)
    async with ground_of(request).database.begin() as tx:
        hers = await _within(tx, viewer)
    errors = {refused.field or "form": refused.message} if refused else {}
    return page(
        request,
        "settings/webhook_form.html",
        400 if refused else 200,
        typed=form,
        row=row,
        groups=KINDS,
        errors=errors,
        every_brand=viewer.scope.brands is None,
        every_team=viewer.scope.sees == "all",
        **hers,
    )


async def _within(tx: Tx, viewer: Viewer) -> dict[str, Any]:
    """The brands and teams she may let it see."""
    scope = viewer.scope
    return {
        "brands": [one for one in await brands(tx) if scope.brands is None or one.id in scope.brands],
        "teams": [one for one in await teams(tx) if scope.sees == "all" or one.id in scope.teams],
    }


def allowed(request: AnyRequest) -> Viewer:
    """Whoever may look after webhooks."""
    viewer = who(request)
    permit(viewer, "webhook.manage")
    return viewer
