"""What somebody has written and not sent: kept as she writes, and all of it in one list."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, put
from litestar.params import FromPath

from madang.conversations import drafts, scheduling
from madang.conversations.actions import led
from madang.conversations.actions.draft import forget_other
from madang.desk.page import form_of, fragment, ground_of, number, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _

AnyRequest = Request[Any, Any, Any]


class Draft(msgspec.Struct):
    """What is written so far. ``data``: JSON of what belongs to it beside words; ``base``: the state it is based on."""

    text: str = ""
    kind: str = "reply"
    data: str = ""
    base: str = ""


@put("/c/{conversation_id:int}/draft", status_code=200)
async def draft(request: AnyRequest, conversation_id: FromPath[int]) -> Response[dict[str, Any]]:
    """Kept until it is sent or emptied; answers its new state, and what was written elsewhere meanwhile."""
    viewer, form = who(request), await form_of(request, Draft)
    beside, base = _beside(form.data), number(form.base, "base")
    async with ground_of(request).database.begin() as tx:
        kept = await led.keep_draft(tx, viewer, conversation_id, form.text, form.kind, beside, base)
    return Response({"rev": kept.rev, "other": kept.other}, headers={"Cache-Control": "no-store"})


@delete("/c/{conversation_id:int}/draft/other", status_code=204)
async def not_the_other(request: AnyRequest, conversation_id: FromPath[int]) -> None:
    """What was written elsewhere is not wanted."""
    async with ground_of(request).database.begin() as tx:
        await forget_other(tx, who(request), conversation_id)


@get("/drafts", whole="/")
async def every(request: AnyRequest) -> Response[str]:
    """All her drafts, and her answers that wait for their moment."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        found = await drafts.every(tx, viewer)
        waiting = await scheduling.waiting_of(tx, viewer, viewer.user_id, limit=drafts.MOST)
    return fragment(request, "desk/drafts.html", drafts=found, waiting=waiting.items)


def _beside(given: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(given, type=dict[str, Any]) if given else {}
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Refused(_("This draft could not be read. Reload the page."), "data") from None
