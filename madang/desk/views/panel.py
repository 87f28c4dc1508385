"""The cards of the customer beside the thread that are read when they are looked at."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from madang.conversations import profiles
from madang.desk import panel, people
from madang.desk.page import fragment, ground_of, who
from madang.staff.permissions import permit


@get("/c/{conversation_id:int}/cards", whole="/c/{conversation_id}")
async def cards(
    request: Request[Any, Any, Any],
    conversation_id: FromPath[int],
    names: FromQuery[str] = "",
    more: FromQuery[int] = 0,
) -> Response[str]:
    """The bodies of some cards, by their names with commas, to be placed in the cards that wait for them."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await panel.of_conversation(tx, viewer, conversation_id)
        context = await panel.bodies(tx, viewer, row, names[:200].split(","), bool(more))
        context["row"] = row
        context["person"] = await profiles.person(tx, viewer, row.customer_id)
    return fragment(request, "desk/cards.html", **context)


@get("/c/{conversation_id:int}/field", whole="/c/{conversation_id}")
async def field(
    request: Request[Any, Any, Any], conversation_id: FromPath[int], name: FromQuery[str] = ""
) -> Response[str]:
    """The form of one field of the customer's, by its name; ``custom.`` before those of the company's own."""
    viewer = who(request)
    permit(viewer, "customer.change")
    async with ground_of(request).database.begin() as tx:
        row = await panel.of_conversation(tx, viewer, conversation_id)
        person = await profiles.person(tx, viewer, row.customer_id)
        context = await panel.form(tx, viewer, person, name, people.offered())
    return fragment(request, "desk/field.html", person=person, **context)
