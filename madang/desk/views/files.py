"""Files: up before a message is sent, down out of one, and small where a picture is only looked at."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.conversations import actions, scanning, threads, thumbs, waiting
from madang.desk import exchange
from madang.desk.page import ground_of, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.uploads import SHOWN

SMALL = 2 << 20  # bytes: a picture that has no thumbnail is shown itself, if it is no larger


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


@get("/uploads/{key:str}")
async def waiting_file(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """A file of one's own that was not sent yet, for the preview."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await waiting.upload(tx, who(request).actor, key)
    return await exchange.give(request, file)


@get("/files/{key:str}/thumb")
async def thumb(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """A picture in the viewer's scope, small; of a PDF its first page."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await threads.attachment(tx, who(request), key)
    if not file.sha256 or file.mime not in thumbs.DRAWN:
        raise NotFound("")
    scanning.release(ground.settings, file)
    made = await thumbs.thumb(ground, file.sha256, file.size, file.mime)
    if made is None and file.mime in SHOWN and file.size <= SMALL:
        return await exchange.give(request, file)
    if made is None:
        raise NotFound("")
    headers = exchange.HEADERS | {"Content-Disposition": "inline"}
    return Response(made, media_type="image/webp", headers=headers)


@get("/files/{key:str}")
async def download(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """An attachment in the viewer's scope: pictures and recordings to be shown, everything else to be saved."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await threads.attachment(tx, who(request), key)
    if not file.sha256:  # its provider has not given it yet
        raise NotFound("")
    scanning.release(ground.settings, file)
    return await exchange.give(request, file)
