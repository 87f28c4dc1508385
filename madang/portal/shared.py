"""A file behind a link: what a channel could not carry, for whoever was handed its address, for thirty days.

The link is all there is to know: it opens one file of one message that went out, and nothing once that is gone.
"""

from __future__ import annotations

import time
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy import text

from madang.conversations import scanning
from madang.conversations.rows import File
from madang.lib import downloads, file_link, language
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.pace import Pace
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.portal.chat.pages import pages
from madang.staff.attempts import TooMany, network

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
# Programs that fetch a large file ask for it in parts. By one address, and of one file: a link that got about.
FROM_HERE = Pace(burst=120, rate=2.0)
OF_ONE = Pace(burst=240, rate=4.0)

FILE = text("""
select a.key, a.name, a.mime, a.size, a.inline, a.content_id, a.sha256, a.message_id, a.scan, a.scan_found
from attachment a join message m on m.id = a.message_id
where a.key = :key and a.sha256 <> '' and m.direction = 'out' and m.deleted_at is null
""")


@get("/f/{token:str}", opt={"cookieless": True})
async def shared(request: Asked, token: FromPath[str]) -> Response[Any]:
    """The bytes, as a download and nothing else."""
    ground = ground_of(request)
    _pace(FROM_HERE, network(remote_of(request)))
    key = file_link.read(ground.keys.derive("file links"), token, time.time())
    if key is None:
        raise _gone(request)
    _pace(OF_ONE, key)
    async with ground.database.begin() as tx:
        row = (await tx.execute(FILE, {"key": key})).mappings().one_or_none()
    if row is None:
        raise _gone(request)
    file = File(**row)
    scanning.release(ground.settings, file)
    found = await downloads.download(ground.files, file.sha256, file.size, request.headers)
    headers = found.headers | HEADERS | {"Content-Disposition": downloads.named(file.name)}
    return Stream(found.parts, status_code=found.status, media_type=file.mime, headers=headers)


def _pace(pace: Pace, who: str) -> None:
    wait = pace.wait(who)
    if wait:
        raise TooMany(wait)


def _gone(request: Asked) -> NotFound:
    """One answer for a link that never was, one whose time is over and one whose message was taken back."""
    pages()  # the texts
    with language.speaking(language.preferred(request.headers.get("accept-language", ""))):
        return NotFound(_("This link is not valid any more. Ask whoever sent it to you for the file again."))
