"""Dead letters: what a reaction could not take in, tried again after a fix, or put aside with a reason."""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations import ledger_rows as rows
from madang.conversations.actions import letters
from madang.conversations.threads import actor_names
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.desk.views.ledger import reader
from madang.desk.views.ledger_quarantine import Reason
from madang.lib.errors import Refused
from madang.wiring import REACTIONS

AnyRequest = Request[Any, Any, Any]
HERE = "/ledger/letters"


@get(HERE)
async def listed(request: AnyRequest) -> Response[str]:
    """What waits, or what was put aside."""
    viewer, asked = reader(request), request.query_params
    aside = asked.get("aside", "") == "1"
    async with ground_of(request).database.begin() as tx:
        found = await rows.letters(tx, viewer, dismissed=aside)
    undo = number(asked.get("undo", ""), "undo") or 0
    return page(request, "ledger/letters.html", rows=found, aside=aside, undo=undo)


@get(f"{HERE}/{{letter_id:int}}")
async def letter(request: AnyRequest, letter_id: FromPath[int]) -> Response[str]:
    """One letter: the event, the reaction, what went wrong."""
    return await _opened(request, letter_id)


async def _opened(request: AnyRequest, letter_id: int, refused: Refused | None = None) -> Response[str]:
    viewer = reader(request)
    async with ground_of(request).database.begin() as tx:
        one = await rows.letter(tx, viewer, letter_id)
        actors = await actor_names(tx, {one.actor or ""})
    data = json.dumps(one.data or {}, ensure_ascii=False, indent=2)
    error = refused.message if refused else ""
    failed = request.query_params.get("failed", "") == "1"
    shown = {"one": one, "actors": actors, "data": data, "error": error, "failed": failed}
    return page(request, "ledger/letter.html", 400 if refused else 200, **shown)


@post(f"{HERE}/{{letter_id:int}}/again", status_code=200)
async def again(request: AnyRequest, letter_id: FromPath[int]) -> Response[Any]:
    """Let the reaction try again."""
    async with ground_of(request).database.begin() as tx:
        problem = await letters.replay(tx, who(request), REACTIONS, letter_id)
    return see(f"{HERE}/{letter_id}?failed=1" if problem else f"{HERE}?done=works_again")


@post(f"{HERE}/{{letter_id:int}}/dismissal", status_code=200)
async def aside(request: AnyRequest, letter_id: FromPath[int]) -> Response[Any]:
    """Put it aside, with a reason."""
    viewer, form = who(request), await form_of(request, Reason)
    try:
        async with ground_of(request).database.begin() as tx:
            await letters.dismiss(tx, viewer, letter_id, form.reason)
    except Refused as refused:
        return await _opened(request, letter_id, refused)
    return see(f"{HERE}?done=aside&undo={letter_id}")


@post(f"{HERE}/{{letter_id:int}}/restoration", status_code=200)
async def restored(request: AnyRequest, letter_id: FromPath[int]) -> Response[Any]:
    """Put it back among those that wait."""
    async with ground_of(request).database.begin() as tx:
        await letters.restore(tx, who(request), letter_id)
    return see(f"{HERE}/{letter_id}?done=restored")
