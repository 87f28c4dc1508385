"""``/forms/<key>/case/<token>``: what she wrote, what we answered, and a place to write more. The link is the proof."""

from __future__ import annotations

import time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from madang.channels.book import Bound
from madang.community import said
from madang.conversations import scanning
from madang.lib import downloads
from madang.lib.errors import NotFound
from madang.lib.uploads import SHOWN
from madang.portal import brought, once, paper
from madang.portal.brought import WHOLE, Brought
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.portal.forms import proof, sending
from madang.portal.forms.fields import Asked as Field
from madang.portal.forms.fields import Filled, read
from madang.portal.forms.pages import form_of
from madang.portal.forms.sending import Case
from madang.portal.paper import asked_of, key_of, speaking
from madang.staff.attempts import TooMany

FIELDS = [Field("text", "", "words", True)]


async def _case(request: Asked, key: str, token: str) -> tuple[Bound, Case]:
    bound = await form_of(request, key)
    case = sending.opened(key_of(request, bound.row, "forms"), token)
    if case is None or not bound.row.settings.get("case_page", True):
        raise NotFound("There is no such case. Look whether the whole address was copied.")
    return bound, case


@get("/forms/{key:str}/case/{token:str}", opt={"cookieless": True})
async def page(request: Asked, key: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """The case."""
    bound, case = await _case(request, key, token)
    return await _page(request, bound, case, Filled(), Brought())


async def _page(
    request: Asked, bound: Bound, case: Case, filled: Filled, files: Brought, status: int = 200
) -> Response[Any]:
    async with ground_of(request).database.begin() as tx:
        rows = await said.under(tx, bound.row.id, case.name)
        others = await said.elsewhere(tx, bound.row.id, case.name)
        asked = await proof.offered(tx, bound, case)
    token = once.made(key_of(request, bound.row, "more"), time.time())
    return paper.shown(
        request,
        bound,
        "forms/case.html",
        status,
        framed=True,
        form=bound.row.settings,
        at=f"/forms/{bound.row.key}/case/{case.token}",
        case=case,
        rows=rows,
        others=others,
        proof=asked,
        proved=request.query_params.get("proof", ""),
        filled=filled,
        files=files,
        given=token,
        shown_here=SHOWN,
        fresh=request.query_params.get("sent") == "1",
        script=paper.address("height.js"),
    )


@post("/forms/{key:str}/case/{token:str}", status_code=200, opt={"cookieless": True}, request_max_body_size=WHOLE)
async def more(request: Asked, key: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """She writes more."""
    bound, case = await _case(request, key, token)
    ground, given = ground_of(request), await request.form()
    with speaking(request, bound):
        filled = read(bound, FIELDS, given)
        files, status = Brought(), 400
        form = once.read(key_of(request, bound.row, "more"), str(given.get("given") or ""))
        try:
            await sending.guard_more(request, form, given, filled)
            files = await brought.take(ground, sending.owner(bound, case.name), given, remote_of(request))
        except TooMany as error:
            filled.general, status = error.message, 429
        if files.kept:
            filled.errors.pop("text", None)
        if files.problem:
            filled.errors["files"] = files.problem
        if filled.general or filled.errors or form is None:
            return await _page(request, bound, case, filled, files, status)
        await sending.send(ground, bound, case, filled, files, form.name)
    return Redirect(f"/forms/{bound.row.key}/case/{case.token}{asked_of(request)}#end", status_code=303)


@post("/forms/{key:str}/case/{token:str}/proof", status_code=200, opt={"cookieless": True})
async def prove(request: Asked, key: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Where the brand asks for proof: a code is sent to the address she left, or ``code`` is what she read there."""
    bound, case = await _case(request, key, token)
    typed = (await request.form()).get("code")
    if not isinstance(typed, str):
        await proof.ask(request, bound, case)
        return proof.back(request, bound, case, "asked")
    return proof.back(request, bound, case, await proof.enter(request, bound, case, typed[:20]))


@get("/forms/{key:str}/case/{token:str}/files/{file_key:str}", opt={"cookieless": True})
async def file(request: Asked, key: FromPath[str], token: FromPath[str], file_key: FromPath[str]) -> Response[Any]:
    """A file of hers or ours in this case: pictures to be shown, everything else to be saved."""
    bound, case = await _case(request, key, token)
    async with ground_of(request).database.begin() as tx:
        found = await said.file(tx, bound.row.id, case.name, file_key)
    return await give(request, found)


async def give(request: Asked, file: Any) -> Response[Any]:
    """The bytes; a browser runs none of them. Raises NotFound for None."""
    if file is None:
        raise NotFound("There is no such file.")
    scanning.release(ground_of(request).settings, file)
    drawn = file.mime in SHOWN
    found = await downloads.download(ground_of(request).files, file.sha256, file.size, request.headers)
    headers = found.headers | {
        "Content-Disposition": downloads.named(file.name, inline=drawn),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }
    mime = file.mime if drawn else "application/octet-stream"
    return Stream(found.parts, status_code=found.status, media_type=mime, headers=headers)
