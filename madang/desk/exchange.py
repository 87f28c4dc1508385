"""Files that people give and take at the desk, the same way wherever they are kept."""

from __future__ import annotations

from typing import Any, Protocol

from litestar import Request, Response
from litestar.response import Stream

from madang.desk.page import ground_of
from madang.lib import downloads, receiving
from madang.lib.errors import Refused
from madang.lib.files import TooLarge
from madang.lib.language import gettext as _
from madang.lib.receiving import Empty, Received
from madang.lib.uploads import SHOWN

LIMIT = 25 << 20
PLAYED = ("audio/", "video/")
HEADERS = {  # of whatever a stranger made: nothing in it runs, nobody else draws it
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


class Kept(Protocol):
    """A file as a room knows it."""

    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def mime(self) -> str: ...


async def receive(request: Request[Any, Any, Any], name: str) -> Received:
    """The body, as one file. Raises Refused when it is empty or too large."""
    claimed = request.headers.get("content-type", "")
    try:
        return await receiving.receive(ground_of(request).files, request.stream(), LIMIT, name, claimed)
    except TooLarge:
        raise Refused(_("This file is larger than 25 MB. Send a link to it instead."), "files") from None
    except Empty:
        raise Refused(_("This file is empty."), "files") from None


async def give(request: Request[Any, Any, Any], file: Kept) -> Response[Any]:
    """A file that this viewer may see: pictures and recordings to be shown, everything else to be saved."""
    drawn = file.mime in SHOWN or file.mime.startswith(PLAYED)
    found = await downloads.download(ground_of(request).files, file.sha256, file.size, request.headers)
    headers = found.headers | HEADERS | {"Content-Disposition": downloads.named(file.name, inline=drawn)}
    mime = file.mime if drawn else "application/octet-stream"
    return Stream(found.parts, status_code=found.status, media_type=mime, headers=headers)
