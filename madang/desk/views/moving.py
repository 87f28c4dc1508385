"""Messages that stand in the wrong conversation: moved to another, split off, moved back; and a link to elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import segno
from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, QueryParameter

from madang.conversations import destinations as destined
from madang.conversations import provenance, queries
from madang.conversations.actions import carrying_on, moving
from madang.desk.page import form_of, fragment, ground_of, number, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _

AnyRequest = Request[Any, Any, Any]
MOST = 20  # conversations offered


class Chosen(msgspec.Struct):
    """Numbers as text."""

    message: list[str] = []
    to: str = ""

    def numbers(self) -> list[int]:
        """The chosen messages; raises Refused for what is no number."""
        return [found for one in self.message if (found := number(one, "message")) is not None]


@get("/c/{conversation_id:int}/destinations", whole="/c/{conversation_id}")
async def destinations(
    request: AnyRequest,
    conversation_id: FromPath[int],
    q: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Response[str]:
    """Where messages can go: the same customer's other conversations with the same brand."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        here = await queries.one(tx, viewer, conversation_id)
        rows = await destined.destinations(tx, viewer, here, q, MOST)
    return fragment(request, "desk/destinations.html", rows=rows, asked=bool(q.strip()))


@post("/c/{conversation_id:int}/moves", status_code=200)
async def move(request: AnyRequest, conversation_id: FromPath[int]) -> dict[str, int]:
    """Move the chosen messages; answers what undoes it."""
    viewer, form = who(request), await form_of(request, Chosen)
    to = number(form.to, "to")
    if to is None:
        raise Refused(_("Choose where they go."), "to")
    async with ground_of(request).database.begin() as tx:
        await queries.one(tx, viewer, conversation_id)
        made = await moving.move(tx, viewer, form.numbers(), to)
    return {"moving": made, "conversation": to}


@post("/c/{conversation_id:int}/splits", status_code=200)
async def split(request: AnyRequest, conversation_id: FromPath[int]) -> dict[str, int]:
    """Give the chosen messages a conversation of their own; answers what undoes it."""
    viewer, form = who(request), await form_of(request, Chosen)
    async with ground_of(request).database.begin() as tx:
        await queries.one(tx, viewer, conversation_id)
        opened = await moving.split(tx, viewer, form.numbers())
        made = await provenance.moving_to(tx, opened)
    return {"moving": made, "conversation": opened}


@delete("/movings/{moving_id:int}", status_code=204)
async def undo(request: AnyRequest, moving_id: FromPath[int]) -> None:
    """Put them back."""
    async with ground_of(request).database.begin() as tx:
        await moving.undo_move(tx, who(request), moving_id)


@post("/c/{conversation_id:int}/carry", status_code=200)
async def carry(request: AnyRequest, conversation_id: FromPath[int]) -> Response[str]:
    """A link by which she goes on elsewhere, and the same as a code to be scanned."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        offer = await carrying_on.offer(ground, tx, viewer, conversation_id)
    code = segno.make(offer.url, error="m", micro=False)
    return fragment(request, "desk/carry.html", url=offer.url, qr=code.svg_data_uri(border=2, scale=5))
