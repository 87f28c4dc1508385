"""Signing in and out."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from madang.desk.letting_in import DEVICE, AnyRequest, browser_of, let_in, let_out, see
from madang.desk.page import form_of, ground_of, page, viewer_of
from madang.lib.errors import Refused
from madang.staff import sessions
from madang.staff.actions.invitations import has_administrator
from madang.staff.attempts import TooMany
from madang.staff.origin import way_back
from madang.staff.sign_in import sign_in


class SignIn(msgspec.Struct):
    """Who says she is whom, and where she wanted to go."""

    email: str = ""
    password: str = ""
    next: str = "/"


@get("/signin", opt={"open": True})
async def door(request: Request[Any, Any, Any]) -> Response[Any]:
    """The sign-in page; whoever is signed in is led on."""
    back = way_back(request.query_params.get("next", "/"))
    if viewer_of(request):
        return see(back)
    return await _page(request, SignIn(next=back))


@post("/signin", opt={"open": True}, status_code=200)
async def enter(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sign in and go on to the page asked for."""
    form, ground = await form_of(request, SignIn), ground_of(request)
    try:
        begun = await sign_in(
            ground.database,
            ground.keys,
            email=form.email,
            password=form.password,
            browser=browser_of(request),
            device=request.cookies.get(DEVICE, ""),
            had=str(request.auth or ""),
        )
    except Refused as refused:
        return await _page(request, form, refused)
    return let_in(request, begun, form.email, way_back(form.next))


@post("/signout", status_code=200)
async def leave(request: Request[Any, Any, Any]) -> Response[Any]:
    """End this session."""
    async with ground_of(request).database.begin() as tx:
        await sessions.sign_out(tx, str(request.auth))
    return let_out(request, "/signin")


async def _page(request: AnyRequest, form: SignIn, refused: Refused | None = None) -> Response[str]:
    async with ground_of(request).database.begin() as tx:
        anybody = await has_administrator(tx)
    status = 200 if refused is None else 429 if isinstance(refused, TooMany) else 400
    problem = refused.message if refused else ""
    return page(request, "sign_in.html", status, typed=form, back=way_back(form.next), problem=problem, anybody=anybody)
