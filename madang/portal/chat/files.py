"""A visitor's files: taken in as bytes, sniffed, kept for her next message; given back only to who may read them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from litestar import Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Stream

from madang.conversations import scanning
from madang.conversations.actions import add_upload
from madang.lib import downloads
from madang.lib.errors import NotFound, Refused
from madang.lib.files import TooLarge
from madang.lib.receiving import Empty, receive
from madang.portal.chat import history, limits
from madang.portal.chat.asking import Asked, ground_of, remote_of, visitor_of
from madang.portal.chat.shown import FileShown
from madang.portal.chat.visitors import known

LIMIT = 25 << 20  # bytes of one file


class OverLimit(HTTPException):
    """Nothing of it was kept."""

    status_code = 413
    detail = "This file is larger than 25 MB. Please send a smaller one."


@post("/chat/{key:str}/files", status_code=201, opt={"cookieless": True}, request_max_body_size=LIMIT + 1)
async def upload(request: Asked, key: FromPath[str]) -> Response[FileShown]:
    """Take one file: the body is its bytes, ``madang-name`` its percent-encoded name."""
    visitor = await visitor_of(request, key)
    if int(request.headers.get("content-length") or 0) > LIMIT:
        raise OverLimit
    ground = ground_of(request)
    await limits.file(ground.database, visitor, remote_of(request))
    name = unquote(request.headers.get("madang-name", ""), errors="replace")
    claimed = request.headers.get("content-type", "")
    try:
        file = await receive(ground.files, request.stream(), LIMIT, name, claimed)
    except TooLarge:
        raise OverLimit from None
    except Empty:
        raise Refused("This file is empty.") from None
    async with ground.database.begin() as tx:
        made = await add_upload(tx, visitor.owner, *file)
    return Response(
        FileShown(made, file.name, file.mime, file.size), status_code=201, headers={"Cache-Control": "no-store"}
    )


@get("/chat/{key:str}/files/{file_key:str}", opt={"cookieless": True})
async def download(request: Asked, key: FromPath[str], file_key: FromPath[str]) -> Response[Any]:
    """The bytes, as a download and nothing else."""
    visitor = await visitor_of(request, key)
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await history.file(tx, await known(tx, visitor), file_key)
    if file is None:
        raise NotFound("There is no such file.")
    if file.message_id:  # what she has just uploaded herself is of no message yet
        scanning.release(ground.settings, file)
    found = await downloads.download(ground.files, file.sha256, file.size, request.headers)
    headers = found.headers | {
        "Content-Disposition": downloads.named(file.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Stream(found.parts, status_code=found.status, media_type=file.mime, headers=headers)
