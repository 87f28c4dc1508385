"""One conversation: its pane, what came earlier, what stands around it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.conversations import queries, threads
from madang.conversations.actions.signs import signs
from madang.desk.opened import around as around_it
from madang.desk.opened import here, house, opened
from madang.desk.page import fragment, ground_of, who
from madang.events.stream import whisper
from madang.lib.moments import hue, initials
from madang.staff.permissions import permit
from madang.staff.queries import preferences


@get("/c/{conversation_id:int}/pane", whole="/c/{conversation_id}")
async def pane(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> Response[str]:
    """Head, messages, composer's channels and customer, to be placed at once."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        context = await house(tx) | await opened(tx, viewer, conversation_id, await preferences(tx, viewer.user_id))
    return fragment(request, "desk/pane.html", **context)


@get("/c/{conversation_id:int}/around", whole="/c/{conversation_id}")
async def around(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> Response[str]:
    """The pane without its messages: after something about the conversation changed."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await here(tx, viewer, conversation_id)
        context = await house(tx) | await around_it(tx, viewer, row)
    return fragment(request, "desk/around.html", **context)


@get("/c/{conversation_id:int}/older", whole="/c/{conversation_id}")
async def older(
    request: Request[Any, Any, Any], conversation_id: FromPath[int], before: FromQuery[int], to: FromQuery[int] = 0
) -> Response[str]:
    """The messages before message ``before``; with ``to`` as far back as that one, if not too far."""
    return await _stretch(request, conversation_id, before, "desk/_log.html", to)


@get("/c/{conversation_id:int}/newest", whole="/c/{conversation_id}")
async def newest(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> Response[str]:
    """The last messages, for a browser that was told there are many."""
    return await _stretch(request, conversation_id, None, "desk/_items.html")


async def _stretch(
    request: Request[Any, Any, Any], conversation_id: int, before: int | None, template: str, to: int = 0
) -> Response[str]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await here(tx, viewer, conversation_id)
        context = await house(tx)
        far = await threads.between(tx, viewer, conversation_id, to, before) if to and before else 0
        thread = await threads.thread(tx, viewer, conversation_id, before=before, limit=far + 60)
    context |= {"thread": thread, "customer_name": row.customer_name, "subject": row.subject}
    return fragment(request, template, **context)


@post("/c/{conversation_id:int}/typing", status_code=204)
async def typing(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """Tell the customer and the colleagues that somebody writes. Not kept."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        permit(viewer, "conversation.reply")
        face = {"name": viewer.name, "initials": initials(viewer.name), "hue": hue(viewer.name)}
        await whisper(tx, "typing", conversation=row.id, who=str(viewer.actor), **face)
    signs.soon(ground_of(request), request.app.state.book, viewer, row.id, "typing")
