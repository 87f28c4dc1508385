"""What is done with a conversation: assigned, closed, kept, seen."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, post, put
from litestar.params import FromPath

from madang.conversations import actions, queries
from madang.conversations.actions import carrying_on
from madang.conversations.actions.signs import signs
from madang.desk.page import form_of, ground_of, number, who


class Assignment(msgspec.Struct):
    """Numbers as text: '' is nobody, or no team."""

    user: str | None = None
    team: str | None = None


@post("/c/{conversation_id:int}/assignment", status_code=204)
async def assignment(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """Hand it to a colleague, or to a team."""
    viewer, form = who(request), await form_of(request, Assignment)
    async with ground_of(request).database.begin() as tx:
        if form.team is not None:
            await actions.assign_team(tx, viewer, conversation_id, number(form.team, "team"))
        if form.user is not None:
            await actions.assign(tx, viewer, conversation_id, number(form.user, "user"))


@post("/c/{conversation_id:int}/closure", status_code=204)
async def close(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """The matter is done."""
    async with ground_of(request).database.begin() as tx:
        await actions.close(tx, who(request), conversation_id)


@delete("/c/{conversation_id:int}/closure", status_code=204)
async def reopen(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """It is not done after all."""
    async with ground_of(request).database.begin() as tx:
        await actions.reopen(tx, who(request), conversation_id)


@put("/c/{conversation_id:int}/keeping", status_code=204)
async def keep(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """What the customer writes next, by whatever door, belongs here."""
    async with ground_of(request).database.begin() as tx:
        await carrying_on.keep(tx, who(request), conversation_id, keeps=True)


@delete("/c/{conversation_id:int}/keeping", status_code=204)
async def let_go(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """It goes where it fits, by the brand's rule."""
    async with ground_of(request).database.begin() as tx:
        await carrying_on.keep(tx, who(request), conversation_id, keeps=False)


@post("/c/{conversation_id:int}/seen", status_code=204)
async def seen(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> None:
    """Somebody looks at it now."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        await actions.mark_seen(tx, viewer, conversation_id)
        await queries.one(tx, viewer, conversation_id)
    signs.soon(ground_of(request), request.app.state.book, viewer, conversation_id, "read")
