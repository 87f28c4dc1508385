"""What a link opens: the first administrator's set-up, an invitation, a new password.

Loading such a page changes nothing (mail scanners load links); only posting its form uses the link.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.brands.actions import Look, create_brand
from madang.brands.queries import brands
from madang.desk.letting_in import AnyRequest, browser_of, let_in
from madang.desk.page import form_of, ground_of, language_of, page
from madang.desk.zones import likely, zones
from madang.events.record import Actor
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff import actions, sessions
from madang.staff.actions.credentials import open_reset
from madang.staff.actions.invitations import Open, open_invitation
from madang.staff.attempts import Limit, Try, network, spend

OPEN = {"open": True}
TRIES = Limit("links from", 60, timedelta(minutes=15))


class Newcomer(msgspec.Struct):
    """Who comes in by a link. ``company`` and ``email`` count for the first administrator only."""

    name: str = ""
    email: str = ""
    password: str = ""
    company: str = ""
    language: str = ""
    timezone: str = ""


class NewPassword(msgspec.Struct):
    """The password a reset link sets."""

    password: str = ""


@get("/setup/{token:str}", opt=OPEN)
async def setup_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Make the first administrator."""
    return await _invitation(request, token, first=True)


@get("/join/{token:str}", opt=OPEN)
async def join_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Accept an invitation."""
    return await _invitation(request, token, first=False)


@post("/setup/{token:str}", opt=OPEN, status_code=200)
async def set_up(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    """Make the first administrator and the first brand, and sign her in."""
    return await _accept(request, token, first=True)


@post("/join/{token:str}", opt=OPEN, status_code=200)
async def join(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    """Make the user the invitation stands for, and sign her in."""
    return await _accept(request, token, first=False)


@get("/reset/{token:str}", opt=OPEN)
async def reset_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Choose a new password."""
    return await _reset_page(request, token)


@post("/reset/{token:str}", opt=OPEN, status_code=200)
async def reset(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    """Set the new password and sign in with it."""
    form, ground = await form_of(request, NewPassword), ground_of(request)
    await _count(request)
    try:
        async with ground.database.begin() as tx:
            whose = await open_reset(tx, token)
            await actions.use_password_reset(tx, token, form.password)
            begun = await sessions.begin(tx, whose.user_id, browser_of(request), instead_of=str(request.auth or ""))
    except Refused as refused:
        return await _reset_page(request, token, refused)
    except NotFound:
        return _gone(request)
    return let_in(request, begun, whose.email, "/")


async def _accept(request: AnyRequest, token: str, *, first: bool) -> Response[Any]:
    form, ground = await form_of(request, Newcomer), ground_of(request)
    await _count(request)
    try:
        async with ground.database.begin() as tx:
            link = await open_invitation(tx, token, first=first)
            user_id = await _come_in(tx, token, form, language_of(request), first=first)
            begun = await sessions.begin(tx, user_id, browser_of(request), instead_of=str(request.auth or ""))
    except Refused as refused:
        return await _invitation(request, token, form, refused, first=first)
    except NotFound:
        return _gone(request)
    return let_in(request, begun, link.email or form.email, "/")


async def _come_in(tx: Tx, token: str, form: Newcomer, language: str, *, first: bool) -> int:
    user_id = await actions.accept_invitation(
        tx,
        token,
        name=form.name,
        email=form.email,
        password=form.password,
        language=form.language or language,
        timezone=form.timezone or likely(form.language or language),
        first=first,
    )
    if first and not await brands(tx):
        try:
            await create_brand(tx, Actor("user", user_id), Look(form.company, language=form.language or language))
        except Refused as refused:
            raise Refused(refused.message, "company") from None
    return user_id


async def _invitation(
    request: AnyRequest, token: str, form: Newcomer | None = None, refused: Refused | None = None, *, first: bool
) -> Response[str]:
    try:
        async with ground_of(request).database.begin() as tx:
            link = await open_invitation(tx, token, first=first)
            named = bool(await brands(tx))
    except NotFound:
        return _gone(request)
    return page(
        request,
        "setup.html" if first else "join.html",
        400 if refused else 200,
        typed=form or _fresh(request, link),
        link=link,
        named=named,
        zones=zones(),
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _fresh(request: AnyRequest, link: Open) -> Newcomer:
    language = language_of(request)
    return Newcomer(name=link.name, email=link.email, language=language, timezone=likely(language))


async def _reset_page(request: AnyRequest, token: str, refused: Refused | None = None) -> Response[str]:
    try:
        async with ground_of(request).database.begin() as tx:
            whose = await open_reset(tx, token)
    except NotFound:
        return _gone(request)
    problem = refused.message if refused else ""
    return page(request, "reset.html", 400 if refused else 200, whose=whose, problem=problem)


def _gone(request: AnyRequest) -> Response[str]:
    return page(request, "link_gone.html", 404)


async def _count(request: AnyRequest) -> None:
    await spend(ground_of(request).database, Try(TRIES, network(browser_of(request).remote)))
