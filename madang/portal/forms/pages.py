"""``/forms/<key>``: the form, on its own or inside another page, and what becomes of it when it is sent."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from madang.channels.book import Book, Bound
from madang.lib.errors import NotFound
from madang.portal import brought, once, paper
from madang.portal.brought import WHOLE, Brought
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.portal.chat.assets import packed, squeezed
from madang.portal.chat.channel import script_json
from madang.portal.chat.pages import MINUTES, served
from madang.portal.forms import sending
from madang.portal.forms.fields import Filled, fields, read
from madang.portal.forms.sending import Case
from madang.portal.paper import FOLDER, asked_of, key_of, speaking
from madang.staff.attempts import TooMany

CONNECTOR = "form"
_CASE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


async def form_of(request: Asked, key: str) -> Bound:
    """The form channel with this key; raises NotFound for any other."""
    book: Book = request.app.state.book
    bound = await book.by_key(key)
    if bound is None or bound.row.connector != CONNECTOR:
        raise NotFound("There is no such form.")
    return bound


@get("/forms/{key:str}", opt={"cookieless": True})
async def form(request: Asked, key: FromPath[str]) -> Response[Any]:
    """The empty form."""
    bound = await form_of(request, key)
    return _page(request, bound, Filled(), Brought())


def _page(
    request: Asked, bound: Bound, filled: Filled, files: Brought, name: str = "", status: int = 200
) -> Response[Any]:
    with speaking(request, bound):
        asked = fields(bound)
    return paper.shown(
        request,
        bound,
        "forms/form.html",
        status,
        framed=True,
        form=bound.row.settings,
        key=bound.row.key,
        fields=asked,
        filled=filled,
        files=files,
        given=once.made(key_of(request, bound.row, "forms"), time.time(), name),
        page=filled.value("page") or _page_of(request),
        script=paper.address("height.js"),
    )


def _page_of(request: Asked) -> str:
    """Where the form stands: without what is behind the question mark."""
    parts = urlsplit(request.headers.get("referer", "")[:500])
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme in ("http", "https") else ""


@post("/forms/{key:str}", status_code=200, opt={"cookieless": True}, request_max_body_size=WHOLE)
async def sent(request: Asked, key: FromPath[str]) -> Response[Any]:
    """Take it, or show it again with what is wrong beside each field."""
    bound, ground = await form_of(request, key), ground_of(request)
    given = await request.form()
    with speaking(request, bound):
        filled = read(bound, fields(bound), given)
        filled.values["page"] = str(given.get("page") or "")[:500]
        name, files, status = "", Brought(), 400
        try:
            token = await sending.guard(request, bound, given, filled)
            name = token.name
            if bound.row.settings.get("ask_files", "off") != "off":
                files = await brought.take(ground, sending.owner(bound, name), given, remote_of(request))
        except TooMany as error:
            filled.general, status = error.message, 429
        if files.problem:
            filled.errors["files"] = files.problem
        if filled.general or filled.errors:
            return _page(request, bound, filled, files, name, status)
        case = sending.case(key_of(request, bound.row, "forms"), name)
        await sending.send(ground, bound, case, filled, files)
    return Redirect(_thanks(request, bound, case), status_code=303)


def _thanks(request: Asked, bound: Bound, case: Case) -> str:
    kept = asked_of(request)
    if bound.row.settings.get("case_page", True):
        return f"/forms/{bound.row.key}/case/{case.token}{kept}{'&' if kept else '?'}sent=1"
    return f"/forms/{bound.row.key}/sent/{case.number}{kept}"


@get("/forms/{key:str}/sent/{number:str}", opt={"cookieless": True})
async def thanks(request: Asked, key: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Thanks, with the number of the case, where there is no page of it."""
    bound = await form_of(request, key)
    if not _CASE.fullmatch(number):
        raise NotFound("There is no such page.")
    return paper.shown(
        request,
        bound,
        "forms/thanks.html",
        framed=True,
        form=bound.row.settings,
        number=number,
        script=paper.address("height.js"),
    )


@get("/forms/{key:str}/embed.js", opt={"cookieless": True})
async def embed(request: Asked, key: FromPath[str]) -> Response[bytes]:
    """The script a company pastes where the form is to stand."""
    bound = await form_of(request, key)
    with speaking(request, bound):
        config = script_json({"address": f"{ground_of(request).settings.public_url}/forms/{bound.row.key}"})
    source = squeezed((FOLDER / "embed.js").read_text("utf-8"))
    made = f"(() => {{\n'use strict';\nconst CONFIG = {config};\n{source}}})();\n"
    return served(request, packed("text/javascript", made), MINUTES)
