"""A colleague was quicker: what the browser is answered instead of a sent message."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from madang.conversations import collision, queries, threads
from madang.conversations.collision import Crossed
from madang.desk.opened import house
from madang.desk.page import fragment, ground_of, who


async def answer(request: Request[Any, Any, Any], crossed: Crossed) -> Response[str]:
    """409 with what was said since, as markup; its ``data-newest`` is the ``seen`` of whoever sends all the same."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, crossed.conversation_id)
        since = await collision.spoken(tx, row.id, crossed.seen)
        said = await threads.said(tx, [one.id for one in since])
        context = await house(tx)
    context |= {"said": said, "newest": crossed.newest, "conversation_id": row.id, "customer_name": row.customer_name}
    context["subject"] = row.subject
    return fragment(request, "desk/crossed.html", 409, **context)
