"""A mail as it was written, in a frame where nothing runs and nothing remote loads before somebody asks for it.

Remote pictures come through us, not from their server to the agent's browser: it learns that the mail was opened, as it
must once somebody asks, and neither who opened it nor where. The browser names a picture by its place in the mail, so
that nobody can have another address fetched; the guard keeps it from our own network (docs/decisions/mail-images.md).
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from madang.conversations import threads
from madang.desk.exchange import HEADERS
from madang.desk.page import form_of, fragment, ground_of, who
from madang.lib.errors import NotFound, Refused
from madang.lib.html import sanitise
from madang.lib.http import Blocked, CallFailed, Client
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.lib.uploads import SHOWN, sniff
from madang.staff import actions as staff
from madang.staff.permissions import Viewer
from madang.staff.queries import preferences

# A sandbox without scripts and a policy that loads nothing: even what the sanitiser let through could do nothing.
# Its own origin only lets the browser show its cookie when it fetches inline pictures.
MAIL_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
WISH = "mail-images"  # the senders whose pictures somebody always wants to see
MOST = 150  # of them, the newest
PICTURES = 100  # of one mail
LARGEST = 8 << 20  # bytes of one
PATIENCE = 10  # seconds for one

AnyRequest = Request[Any, Any, Any]


@get("/messages/{message_id:int}/mail")
async def mail(request: AnyRequest, message_id: FromPath[int], images: FromQuery[bool] = False) -> Response[str]:
    """The mail made harmless. ``images``: with its remote pictures, this once."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        raw = await threads.message_html(tx, viewer, message_id)
        message = await threads.message(tx, viewer, message_id)
        sender = await threads.sender(tx, viewer, message_id)
        always = sender != "" and sender in await _wished(tx, viewer)
    inline = {file.content_id: f"/files/{file.key}" for file in message.attachments if file.content_id}
    remote: list[str] = []
    shows = images or always

    def through_us(address: str) -> str | None:
        place = _place(remote, address)
        return f"/messages/{message_id}/images/{place}" if shows and place is not None else None

    safe = Markup(sanitise(raw, cid=inline.get, remote=through_us))  # noqa: S704 - harmless, and nothing runs there
    told: dict[str, Any] = {"remote": len(remote), "shows": shows, "always": always, "sender": sender}
    made = fragment(request, "desk/mail.html", html=safe, **told)
    made.headers["Content-Security-Policy"] = MAIL_POLICY
    return made


@get("/messages/{message_id:int}/images/{place:int}")
async def image(request: AnyRequest, message_id: FromPath[int], place: FromPath[int]) -> Response[bytes]:
    """One remote picture of a mail, fetched by us; only ever a picture, whatever its server says it is."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        raw = await threads.message_html(tx, viewer, message_id)
    remote: list[str] = []
    sanitise(raw, remote=lambda address: str(_place(remote, address)))
    if not 0 <= place < len(remote):
        raise NotFound("")
    client = Client(ground.settings.allow_hosts, timeout=PATIENCE, total=PATIENCE, limit=LARGEST)
    try:
        answer = await client.request("GET", remote[place], headers={"accept": "image/*"}, redirects=True)
    except (Blocked, CallFailed, ValueError):
        raise NotFound("") from None
    finally:
        await client.close()
    mime = sniff(answer.body[:4_096], "", "")
    if not answer.ok or mime not in SHOWN:
        raise NotFound("")
    return Response(answer.body, media_type=mime, headers=HEADERS | {"Content-Disposition": "inline"})


class Always(msgspec.Struct):
    """Whether this sender's pictures are shown from now on."""

    always: bool = True


@post("/messages/{message_id:int}/images", status_code=204)
async def wish(request: AnyRequest, message_id: FromPath[int]) -> None:
    """Always show this sender's remote pictures to whoever asks, or ask again."""
    viewer, form = who(request), await form_of(request, Always)
    async with ground_of(request).database.begin() as tx:
        sender = await threads.sender(tx, viewer, message_id)
        if not sender:
            raise Refused(_("This message has no sender to remember."))
        kept = [one for one in await _wished(tx, viewer) if one != sender]
        await staff.prefer(tx, viewer, WISH, [*kept, sender][-MOST:] if form.always else kept)


async def _wished(tx: Tx, viewer: Viewer) -> list[str]:
    """The senders whose pictures she always wants to see."""
    found = (await preferences(tx, viewer.user_id)).get(WISH)
    return [str(one) for one in found] if isinstance(found, list) else []


def _place(remote: list[str], address: str) -> int | None:
    """Where an address stands among those of a mail; None beyond :data:`PICTURES`."""
    if address in remote:
        return remote.index(address)
    if len(remote) >= PICTURES:
        return None
    remote.append(address)
    return len(remote) - 1
