"""Two customers become one, and two again."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations import merging, profiles
from madang.conversations.search.people import find_customers
from madang.customers.actions.merging import Side
from madang.desk import people
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.lib.errors import Refused
from madang.staff.permissions import permit

AnyRequest = Request[Any, Any, Any]
FOUND = 8
KEEP = "keep:"  # before the name of a field: whose value stays


class Merging(msgspec.Struct):
    """Who turned out to be her."""

    other: str = ""


class Reversal(msgspec.Struct):
    """From where a merge is undone: ``question`` is the number of the one it answered, to be asked again."""

    question: str = ""


@get("/customers/{customer_id:int}/merge")
async def choose(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Find the other one; then both side by side, and what will happen."""
    viewer, asked = who(request), request.query_params
    permit(viewer, "customer.merge")
    other, q = number(asked.get("other", ""), "other") or 0, asked.get("q", "")[:200]
    async with ground_of(request).database.begin() as tx:
        person = await profiles.person(tx, viewer, customer_id)
        chosen = await profiles.root(tx, viewer, other) if other else 0
        if chosen == person.id:
            raise Refused("They are one person already.", "other")
        if chosen:
            return page(request, "customers/merge.html", **await people.sides(tx, viewer, person.id, chosen))
        found = await find_customers(tx, viewer, q, limit=FOUND + 1) if q.strip() else []
        found = [one for one in found if one.id != person.id][:FOUND]
        hints = await people.hints(tx, viewer, person.id)
    return page(request, "customers/find.html", person=person, q=q, found=found, **hints)


@post("/customers/{customer_id:int}/merges", status_code=200)
async def merge(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Make them one, with what was chosen of each field."""
    viewer, form = who(request), await form_of(request, Merging)
    other = number(form.other, "other") or 0
    chosen = (await request.form()).multi_items()
    keep: dict[str, Side] = {
        name.removeprefix(KEEP): "loser" for name, value in chosen if name.startswith(KEEP) and value == "loser"
    }
    async with ground_of(request).database.begin() as tx:
        made = await merging.merge(tx, viewer, customer_id, other, keep=keep)
        root = await profiles.root(tx, viewer, customer_id)
    return see(f"/customers/{root}?done=merged&undo={made}")


@post("/merges/{merge_id:int}/reversal", status_code=200)
async def undo(request: AnyRequest, merge_id: FromPath[int]) -> Response[Any]:
    """They are two after all. Undone from the queue, the question is asked again."""
    viewer, form = who(request), await form_of(request, Reversal)
    question = number(form.question, "question") or 0
    async with ground_of(request).database.begin() as tx:
        undone = await merging.undo(tx, viewer, merge_id, ask_again=bool(question))
        seen = await profiles.visible(tx, viewer, [undone.root, undone.loser])
    if question:
        return see(f"/suggestions/{question}?done=parted")
    back = undone.root if undone.root in seen else min(seen, default=0)
    return see(f"/customers/{back}?done=parted" if back else "/?done=parted")
