"""Conversations that are one matter: merged with a preview and undone, moved and split with a preview, linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, QueryParameter

from madang.conversations import queries
from madang.conversations.joining import actions, previews
from madang.conversations.joining import queries as joined
from madang.conversations.rows import Row
from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.desk.opened import house
from madang.desk.page import fragment, ground_of, who
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]
MOST = 12  # conversations offered
Words = Annotated[str, QueryParameter(max_length=200)]


@get("/c/{conversation_id:int}/partners", whole="/c/{conversation_id}")
async def partners(
    request: AnyRequest,
    conversation_id: FromPath[int],
    q: Words = "",
    verb: FromQuery[Literal["merge", "link"]] = "merge",
) -> Response[str]:
    """What it can be merged or linked with: the same customer's others first, then what the words find."""
    viewer = who(request)
    permit(viewer, "conversation.assign")
    async with ground_of(request).database.begin() as tx:
        here = await queries.one(tx, viewer, conversation_id)
        hers = await queries.of_customer(tx, viewer, here.customer_id, MOST + 1)
        rows = await previews.candidates(tx, viewer, here, q, await _asked(tx, viewer, q, hers))
        context = await house(tx)
    context |= {"row": here, "rows": rows[:MOST], "asked": bool(q.strip()), "verb": verb}
    return fragment(request, "desk/partners.html", **context)


async def _asked(tx: Tx, viewer: Viewer, q: str, hers: Sequence[Row]) -> list[Row]:
    if not q.strip():
        return list(hers)
    found = [one.row for one in (await search.find(tx, viewer, Asked(q), limit=MOST)).conversations]
    near = [row for row in hers if q.strip().casefold() in f"{row.subject} {row.last_text}".casefold()]
    numbers = {row.id for row in near}
    return near + [row for row in found if row.id not in numbers]


@get("/c/{conversation_id:int}/merging/{other_id:int}", whole="/c/{conversation_id}")
async def merging(request: AnyRequest, conversation_id: FromPath[int], other_id: FromPath[int]) -> Response[str]:
    """What would become of both if this one went into the other."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        context = await house(tx) | {"p": await previews.merging(tx, viewer, conversation_id, other_id)}
    return fragment(request, "desk/merging.html", **context)


@post("/c/{conversation_id:int}/merging/{other_id:int}", status_code=200)
async def merge(request: AnyRequest, conversation_id: FromPath[int], other_id: FromPath[int]) -> dict[str, int]:
    """Let this one go into the other; answers what undoes it."""
    async with ground_of(request).database.begin() as tx:
        made = await actions.merge(tx, who(request), conversation_id, other_id)
    return {"joined": made, "conversation": other_id}


@get("/joinings/{joined_id:int}", whole="/")
async def undoing(request: AnyRequest, joined_id: FromPath[int]) -> Response[str]:
    """What would go back if a merge was undone."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        found = await previews.undoing(tx, viewer, joined_id)
    return fragment(request, "desk/unmerging.html", p=found, joined_id=joined_id)


@delete("/joinings/{joined_id:int}", status_code=200)
async def undo(request: AnyRequest, joined_id: FromPath[int]) -> dict[str, int]:
    """Two again; answers the one that had gone."""
    async with ground_of(request).database.begin() as tx:
        return {"conversation": await actions.undo(tx, who(request), joined_id)}


@get("/c/{conversation_id:int}/moving", whole="/c/{conversation_id}")
async def moving(
    request: AnyRequest,
    conversation_id: FromPath[int],
    message: Annotated[list[int] | None, QueryParameter(max_items=500)] = None,
    to: FromQuery[int] = 0,
) -> Response[str]:
    """What would become of both if these messages went there; without ``to`` into a new conversation."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        context = await house(tx) | {"p": await previews.moving(tx, viewer, conversation_id, message or (), to or None)}
    return fragment(request, "desk/moving.html", **context)


@get("/c/{conversation_id:int}/links", whole="/c/{conversation_id}")
async def links(request: AnyRequest, conversation_id: FromPath[int]) -> Response[str]:
    """What it is linked with, and what was merged into it."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        context = await house(tx) | {"row": row, "rows": await joined.linked(tx, viewer, row.id)}
        context |= {"merged": await joined.merged_here(tx, viewer, row.id)}
    return fragment(request, "desk/links.html", **context)


@put("/c/{conversation_id:int}/links/{other_id:int}", status_code=204)
async def link(request: AnyRequest, conversation_id: FromPath[int], other_id: FromPath[int]) -> None:
    """They have to do with each other."""
    async with ground_of(request).database.begin() as tx:
        await actions.link(tx, who(request), conversation_id, other_id)


@delete("/c/{conversation_id:int}/links/{other_id:int}", status_code=204)
async def unlink(request: AnyRequest, conversation_id: FromPath[int], other_id: FromPath[int]) -> None:
    """Or not any more."""
    async with ground_of(request).database.begin() as tx:
        await actions.unlink(tx, who(request), conversation_id, other_id)
