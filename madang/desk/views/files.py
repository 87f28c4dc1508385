"""Files: up before a message is sent, down out of one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.conversations import actions, threads
from madang.desk import exchange
from madang.desk.page import ground_of, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _


@post("/uploads", status_code=201)
async def upload(request: Request[Any, Any, Any], name: FromQuery[str] = "file") -> dict[str, Any]:
    """The body is one file, ``name`` its name. Answers the key a message takes it by."""
    viewer, ground = who(request), ground_of(request)
    if not viewer.may("conversation.reply"):
        raise Refused(_("Your role lets you read conversations, not answer them."))
    file = await exchange.receive(request, name)
    async with ground.database.begin() as tx:
        key = await actions.add_upload(tx, viewer.actor, *file)
    return {"key": key, "name": file.name, "mime": file.mime, "size": file.size}


@get("/files/{key:str}")
async def download(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """An attachment in the viewer's scope: pictures and recordings to be shown, everything else to be saved."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await threads.attachment(tx, who(request), key)
    if not file.sha256:  # its provider has not given it yet
        raise NotFound("")
    return await exchange.give(request, file)
