"""``/go/<code>``: choose a door, and go on there. Looking uses nothing up: what she says there first does."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from typing import Any

import segno
from litestar import Response, get
from litestar.params import FromPath

from madang.channels.abilities import Linked
from madang.channels.book import Book, Bound
from madang.channels.queries import channels
from madang.channels.registry import entry
from madang.conversations.doors import carries
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.pace import Pace
from madang.portal import paper
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.staff.attempts import TooMany, network

FROM_HERE = Pace(burst=30, rate=0.2)  # who guesses codes is slow
_SAFE = re.compile(r"(https|sms|tel):", re.IGNORECASE)  # a link that a connector made of its set-up


@dataclass(frozen=True, slots=True)
class DoorShown:
    """One door of the page. ``title`` is to be translated, ``icon`` the connector's drawing as a data URL."""

    name: str
    title: str
    url: str
    icon: str


@get("/go/{code:str}", opt={"cookieless": True})
async def page(request: Asked, code: FromPath[str]) -> Response[Any]:
    """The doors of the conversation's brand that a link can lead to."""
    if wait := FROM_HERE.wait(network(remote_of(request))):
        raise TooMany(wait)
    found = await _behind(request, code)
    if found is None:
        raise NotFound(_("This link is not good any more. Ask for a new one where you were."))
    conversation, doors = found
    return paper.shown(
        request,
        doors[0],
        "carry/page.html",
        code=code.upper(),
        doors=[shown for bound in doors if (shown := _shown(bound, code.upper())) is not None],
        qr=qr(f"{ground_of(request).settings.public_url}/go/{code.upper()}"),
        conversation=conversation,
    )


async def _behind(request: Asked, code: str) -> tuple[int, list[Bound]] | None:
    """The conversation of a code that is still good, and its brand's channels in use; None for any other."""
    ground, book = ground_of(request), request.app.state.book
    async with ground.database.begin() as tx:
        row = await carries.look(tx, code)
        if row is None:
            return None
        mine = [one for one in await channels(tx) if one.brand_id == row.brand_id and one.paused_at is None]
    doors = [await _bound(book, one.id) for one in mine]
    return (row.conversation_id, doors) if doors else None


async def _bound(book: Book, channel_id: int) -> Bound:
    return await book.by_id(channel_id)


def _shown(bound: Bound, code: str) -> DoorShown | None:
    if not isinstance(bound.connector, Linked):
        return None
    url = bound.connector.link(code)
    if not _SAFE.match(url):
        return None
    kind = entry(bound.row.connector)
    icon = base64.b64encode(kind.icon.encode()).decode()
    return DoorShown(bound.row.name, kind.manifest.title, url, f"data:image/svg+xml;base64,{icon}")


def qr(address: str) -> str:
    """A QR code of an address, as a data URL of an SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=4, border=2, dark="#111", light="#fff")
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
