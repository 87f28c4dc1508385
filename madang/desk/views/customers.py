"""A customer's page: who she is, what is known of her, and what was changed."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations import profiles, spam
from madang.desk import people, records
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who

AnyRequest = Request[Any, Any, Any]


class Name(msgspec.Struct):
    """How she is called."""

    name: str = ""


class Reversal(msgspec.Struct):
    """The event that is taken back."""

    event: str = ""


class Fields(msgspec.Struct):
    """Those that are to be changed; '' empties one."""

    name: str | None = None
    company: str | None = None
    region: str | None = None
    language: str | None = None
    timezone: str | None = None
    prefers: str | None = None


@get("/customers/{customer_id:int}")
async def customer(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Her page. The number of somebody who was found to be her leads here."""
    viewer, asked = who(request), request.query_params
    async with ground_of(request).database.begin() as tx:
        context = await people.whole(tx, viewer, customer_id)
        context |= await records.shown(tx, viewer, context["person"].id, asked)
    if context["person"].id != customer_id:
        return see(f"/customers/{context['person'].id}")
    context |= {name: number(asked.get(name, ""), name) or 0 for name in ("undo", "gone_claim", "spam")}
    return page(request, "customers/customer.html", offered=people.offered, **context)


@post("/customers/{customer_id:int}/name", status_code=204)
async def rename(request: AnyRequest, customer_id: FromPath[int]) -> None:
    """Correct her name."""
    form = await form_of(request, Name)
    async with ground_of(request).database.begin() as tx:
        await profiles.rename(tx, who(request), customer_id, form.name)


@post("/customers/{customer_id:int}/fields", status_code=200)
async def change(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Change the fields the form names."""
    viewer, form = who(request), await form_of(request, Fields)
    given = {name: value for name, value in msgspec.structs.asdict(form).items() if value is not None}
    async with ground_of(request).database.begin() as tx:
        await profiles.change(tx, viewer, customer_id, given)
    return see(f"/customers/{customer_id}?done=saved")


@post("/customers/{customer_id:int}/changes/{change_id:int}/reversal", status_code=200)
async def undo_change(request: AnyRequest, customer_id: FromPath[int], change_id: FromPath[int]) -> Response[Any]:
    """Take an edit back."""
    async with ground_of(request).database.begin() as tx:
        await profiles.undo_change(tx, who(request), customer_id, change_id)
    return see(f"/customers/{customer_id}?done=undone")


@post("/customers/{customer_id:int}/block", status_code=200)
async def block(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Let her disturb nobody."""
    async with ground_of(request).database.begin() as tx:
        await profiles.block(tx, who(request), customer_id, blocked=True)
    return see(f"/customers/{customer_id}?done=blocked")


@post("/customers/{customer_id:int}/spam", status_code=200)
async def mark_spam(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """She only sends advertising."""
    async with ground_of(request).database.begin() as tx:
        event = await spam.mark(tx, who(request), customer_id)
    return see(f"/customers/{customer_id}?done=spam&spam={event}")


@post("/customers/{customer_id:int}/spam/reversal", status_code=200)
async def no_spam(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """It was none."""
    form = await form_of(request, Reversal)
    async with ground_of(request).database.begin() as tx:
        await spam.take_back(tx, who(request), customer_id, number(form.event, "event") or 0)
    return see(f"/customers/{customer_id}?done=restored")


@post("/customers/{customer_id:int}/unblock", status_code=200)
async def unblock(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Hear her again."""
    async with ground_of(request).database.begin() as tx:
        await profiles.block(tx, who(request), customer_id, blocked=False)
    return see(f"/customers/{customer_id}?done=unblocked")
