"""Her own account: name, looks, password, where she is signed in."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from madang.desk.browsers import browser
from madang.desk.letting_in import AnyRequest, browser_of, let_in, see
from madang.desk.page import form_of, ground_of, page, who
from madang.desk.zones import zones
from madang.lib.errors import Refused
from madang.staff import actions, sessions
from madang.staff.queries import sessions_of
from madang.staff.sign_in import prove

HERE = "/settings/account"


class Preferences(msgspec.Struct):
    """How the desk looks and speaks to her."""

    name: str = ""
    language: str = ""
    timezone: str = ""
    theme: str = ""
    density: str = ""
    keys: str = ""


class Passwords(msgspec.Struct):
    """The present password and the one to come."""

    current: str = ""
    new: str = ""


@get("/account")
async def short() -> Redirect:
    """The address people guess."""
    return see(HERE)


@get("/settings/account")
async def account(request: Request[Any, Any, Any]) -> Response[str]:
    """All that is hers."""
    return await _page(request)


@post("/settings/account", status_code=200)
async def prefer(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep her name and preferences."""
    viewer, form = who(request), await form_of(request, Preferences)
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.set_preferences(tx, viewer, **msgspec.structs.asdict(form))
    except Refused as refused:
        return await _page(request, form, refused)
    return see(f"{HERE}?done=saved")


@post("/settings/account/password", status_code=200)
async def change_password(request: Request[Any, Any, Any]) -> Response[Any]:
    """Change the password; every other browser is signed out, this one gets a fresh session."""
    viewer, form, ground = who(request), await form_of(request, Passwords), ground_of(request)
    try:
        await prove(ground.database, viewer, form.current)
        async with ground.database.begin() as tx:
            begun = await actions.change_password(tx, viewer, form.new, browser_of(request))
    except Refused as refused:
        return await _page(request, None, refused)
    return let_in(request, begun, viewer.email, f"{HERE}?done=saved")


@post("/settings/account/sessions/{session:str}/end", status_code=200)
async def end_session(request: Request[Any, Any, Any], session: FromPath[str]) -> Response[Any]:
    """Sign one of her browsers out."""
    async with ground_of(request).database.begin() as tx:
        await sessions.end(tx, who(request), session)
    return see(f"{HERE}?done=removed")


@post("/settings/account/sessions/end-others", status_code=200)
async def end_others(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sign every browser out but this one."""
    async with ground_of(request).database.begin() as tx:
        await sessions.end_others(tx, who(request), str(request.auth))
    return see(f"{HERE}?done=removed")


async def _page(request: AnyRequest, form: Preferences | None = None, refused: Refused | None = None) -> Response[str]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        rows = await sessions_of(tx, viewer.user_id or 0, str(request.auth))
    now = Preferences(viewer.name, viewer.language, viewer.timezone, viewer.theme, viewer.density, viewer.keys)
    return page(
        request,
        "settings/account.html",
        400 if refused else 200,
        typed=form or now,
        browsers=[(row, browser(row.agent)) for row in rows],
        zones=zones(),
        errors={refused.field or "form": refused.message} if refused else {},
    )
