"""Macros in a conversation: which there are, what one would do, its text for the composer, its use, and that undone."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.conversations import queries as conversations
from madang.conversations.steps.facts import facts, known
from madang.conversations.steps.outlook import preview
from madang.conversations.steps.vocabulary import only_says
from madang.desk.macro_uses import key_given, use
from madang.desk.page import form_of, fragment, ground_of, who
from madang.desk.written import key_of
from madang.guides import queries as guides
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.macros import actions, queries
from madang.staff.permissions import permit

AnyRequest = Request[Any, Any, Any]
HERE = "/c/{conversation_id:int}/macros"


class Use(msgspec.Struct):
    """``key`` is a uuid made by the browser: the same one again is the same use. ``rest``: all but its words."""

    key: str = ""
    language: str = ""
    rest: str = ""


@get(HERE, whole="/c/{conversation_id}")
async def offered(request: AnyRequest, conversation_id: FromPath[int]) -> Response[str]:
    """Those that can be used here, those she uses most first."""
    viewer = who(request)
    permit(viewer, "conversation.reply")
    async with ground_of(request).database.begin() as tx:
        row = await conversations.one(tx, viewer, conversation_id)
        rows = await queries.offered(tx, viewer, row.brand_id)
        habits = await queries.habits(tx, viewer)
        some = await known(tx, viewer, await guides.names(tx, viewer))
    return fragment(request, "desk/macros.html", rows=rows, habits=habits, known=some)


@get(f"{HERE}/{{macro_id:int}}", whole="/c/{conversation_id}")
async def outlook(
    request: AnyRequest, conversation_id: FromPath[int], macro_id: FromPath[int], language: FromQuery[str] = ""
) -> Response[str]:
    """What it would say and do here."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await conversations.one(tx, viewer, conversation_id)
        one = await queries.to_use(tx, viewer, macro_id, row.brand_id)
        some = await known(tx, viewer, await guides.names(tx, viewer))
        changes = preview(viewer, await facts(tx, viewer, conversation_id), one.steps, some, language)
        files = await queries.files(tx, [macro_id])
    return fragment(request, "desk/macro.html", one=one, changes=changes, files=files, plain=only_says(one.steps))


@post(f"{HERE}/{{macro_id:int}}/insertion", status_code=200)
async def insertion(request: AnyRequest, conversation_id: FromPath[int], macro_id: FromPath[int]) -> dict[str, Any]:
    """Its text for the composer, with what nobody knows of it, and its files waiting for the message."""
    viewer, form = who(request), await form_of(request, Use)
    async with ground_of(request).database.begin() as tx:
        row = await conversations.one(tx, viewer, conversation_id)
        one = await queries.to_use(tx, viewer, macro_id, row.brand_id)
        key, some = key_given(form.key), await known(tx, viewer)
        said = [step for step in one.steps if step["do"] == "say"]
        changes = preview(viewer, await facts(tx, viewer, conversation_id), said[:1], some, form.language)
        files = await actions.insert_text(tx, viewer, conversation_id, macro_id, key)
    text = changes[0] if changes else None
    return {
        "text": text.text if text else "",
        "gaps": list(text.gaps) if text else [],
        "missing": text.why if text and text.missing else "",
        "alone": _("Only the words went in. What else the macro does goes with an answer, not with a note."),
        "files": [{"key": file.key, "name": file.name, "size": file.size, "type": file.mime} for file in files],
    }


@post(f"{HERE}/{{macro_id:int}}/uses", status_code=200)
async def uses(request: AnyRequest, conversation_id: FromPath[int], macro_id: FromPath[int]) -> dict[str, Any]:
    """Do all it does, at once. Answers the names of what is another now: without any there is nothing to undo."""
    viewer, form = who(request), await form_of(request, Use)
    async with ground_of(request).database.begin() as tx:
        more: dict[str, Any] = {"said": bool(form.rest), "language": form.language}
        used = await use(tx, viewer, conversation_id, macro_id, form.key, **more)
    return {"name": used.name, "changed": list(used.changed), "messages": list(used.messages)}


@post("/c/{conversation_id:int}/uses/{use_key:str}/reversal", status_code=200)
async def reversal(request: AnyRequest, conversation_id: FromPath[int], use_key: FromPath[str]) -> dict[str, Any]:
    """Put back what a use of hers changed; answers the names of what had changed again, and stays."""
    viewer, key = who(request), key_of(use_key)
    if key is None:
        raise Refused(_("There is nothing to take back."), "key")
    async with ground_of(request).database.begin() as tx:
        return {"stays": await actions.take_back(tx, viewer, conversation_id, key)}
