"""The customer: who she is, her fields and what became of them."""

from __future__ import annotations

import msgspec
from litestar import delete, get, patch, post
from litestar.params import JSONBody

from madang.api import people_showing, showing
from madang.api.conversations import Cursor, Limit
from madang.api.documented import CHANGE, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.people_shapes import CustomerChange, FieldChangePage
from madang.api.shapes import Customer
from madang.conversations import profiles, queries
from madang.conversations.threads import actor_names
from madang.customers import defined, history
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

TAGS = ["Customers"]


async def shown(tx: Tx, viewer: Viewer, customer_id: int) -> Customer:
    """Whoever the number stands for, as she is now."""
    person = await profiles.person(tx, viewer, customer_id)
    return showing.customer(person, await queries.of_customer(tx, viewer, person.id))


@get(
    "/customers/{customer_id:int}",
    operation_id="getCustomer",
    response_description="The customer.",
    summary="Look at a customer",
    responses=ONE,
    tags=TAGS,
)
async def get_customer(request: Call, customer_id: Number) -> Customer:
    """A person: her addresses, and her conversations that you may see. The number of somebody who was found to be her
    leads to her: then `id` is another, and `merged_from` has the one you asked for."""
    async with entered(request) as (tx, viewer):
        return await shown(tx, viewer, number(customer_id))


@patch(
    "/customers/{customer_id:int}",
    operation_id="changeCustomer",
    response_description="The customer, changed.",
    summary="Change her fields",
    responses=CHANGE,
    tags=TAGS,
)
async def change_customer(request: Call, customer_id: Number, data: JSONBody[CustomerChange]) -> Customer:
    """Change the fields you name. What stays the same is no change; each change is in her history."""
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
    async with entered(request) as (tx, viewer):
        await profiles.change(tx, viewer, number(customer_id), given)
        return await shown(tx, viewer, customer_id)


@get(
    "/customers/{customer_id:int}/history",
    operation_id="listCustomerHistory",
    response_description="A page of changes.",
    summary="List what her fields were",
    responses=ONE,
    tags=TAGS,
)
async def list_history(request: Call, customer_id: Number, limit: Limit = 50, cursor: Cursor = None) -> FieldChangePage:
    """What became of her fields, by whom, the newest first."""
    async with entered(request) as (tx, viewer):
        root = await profiles.root(tx, viewer, number(customer_id))
        hidden = await defined.hidden(tx, viewer)
        page = await history.changes(tx, root, hidden, limit=limit, cursor=cursor)
        names = await actor_names(tx, {who for one in page.items for who in (one.by, one.token)})
    return FieldChangePage([people_showing.change(one, names) for one in page.items], page.next)


@post(
    "/customers/{customer_id:int}/block",
    status_code=200,
    operation_id="blockCustomer",
    response_description="The customer, blocked.",
    summary="Block her",
    responses=CHANGE,
    tags=TAGS,
)
async def block(request: Call, customer_id: Number) -> Customer:
    """Mark her as blocked: her messages are still taken in, and disturb nobody. Once more changes nothing."""
    async with entered(request) as (tx, viewer):
        await profiles.block(tx, viewer, number(customer_id), blocked=True)
        return await shown(tx, viewer, customer_id)


@delete(
    "/customers/{customer_id:int}/block",
    status_code=200,
    operation_id="unblockCustomer",
    response_description="The customer, not blocked.",
    summary="Unblock her",
    responses=CHANGE,
    tags=TAGS,
)
async def unblock(request: Call, customer_id: Number) -> Customer:
    """Take the mark off. Once more changes nothing."""
    async with entered(request) as (tx, viewer):
        await profiles.block(tx, viewer, number(customer_id), blocked=False)
        return await shown(tx, viewer, customer_id)


HANDLERS = [get_customer, change_customer, list_history, block, unblock]
