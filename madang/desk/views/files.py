"""Files: up before a message is sent, down out of one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from madang.conversations import actions, threads
from madang.desk.page import ground_of, who
from madang.lib import downloads
from madang.lib.errors import NotFound, Refused
from madang.lib.files import TooLarge
from madang.lib.language import gettext as _
from madang.lib.uploads import SHOWN, clean_name, sniff

LIMIT = 25 << 20
PLAYED = ("audio/", "video/")


@post("/uploads", status_code=201)
async def upload(request: Request[Any, Any, Any], name: FromQuery[str] = "file") -> dict[str, Any]:
    """The body is one file, ``name`` its name. Answers the key a message takes it by."""
    viewer, ground = who(request), ground_of(request)
    if not viewer.may("conversation.reply"):
        raise Refused(_("Your role lets you read conversations, not answer them."))
    try:
        sha256, size = await ground.files.put_stream(request.stream(), LIMIT)
    except TooLarge:
        raise Refused(_("This file is larger than 25 MB. Send a link to it instead."), "files") from None
    if not size:
        raise Refused(_("This file is empty."), "files")
    shown = clean_name(name)
    mime = sniff(await ground.files.head(sha256), shown, request.headers.get("content-type", ""))
    async with ground.database.begin() as tx:
        key = await actions.add_upload(tx, viewer.actor, shown, mime, sha256, size)
    return {"key": key, "name": shown, "mime": mime, "size": size}


@get("/files/{key:str}")
async def download(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """An attachment in the viewer's scope: pictures and recordings to be shown, everything else to be saved."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await threads.attachment(tx, who(request), key)
    if not file.sha256:  # its provider has not given it yet
        raise NotFound("")
    drawn = file.mime in SHOWN or file.mime.startswith(PLAYED)
    found = await downloads.download(ground.files, file.sha256, file.size, request.headers)
    headers = found.headers | {
        "Content-Disposition": downloads.named(file.name, inline=drawn),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
    }
    mime = file.mime if drawn else "application/octet-stream"
    return Stream(found.parts, status_code=found.status, media_type=mime, headers=headers)
