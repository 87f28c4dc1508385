"""Fields of the company's own: as they are defined, and what they hold of a customer."""

from __future__ import annotations

from typing import cast

from litestar import delete, get, patch, post
from litestar.params import JSONBody

from madang.api import kept_shapes as shapes
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.kept_shapes import (
    CustomerField,
    CustomerFieldChange,
    CustomerFields,
    CustomerValues,
    NewCustomerField,
    NewCustomerValues,
)
from madang.conversations import profiles
from madang.customers import defined
from madang.customers.actions import defining
from madang.customers.typed import Defined
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

TAG = ["Customers"]


@get(
    "/customer-fields",
    operation_id="listCustomerFields",
    response_description="The fields.",
    summary="List fields of your own",
    responses=LIST,
    tags=TAG,
)
async def list_fields(request: Call) -> CustomerFields:
    """Those you may see, retired ones too."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "customer.read")
        return CustomerFields([_field(one) for one in await defined.fields(tx, viewer, retired=True)])


@post(
    "/customer-fields",
    operation_id="defineCustomerField",
    response_description="The field.",
    summary="Define a field of your own",
    responses=CHANGE,
    tags=TAG,
)
async def define(request: Call, data: JSONBody[NewCustomerField]) -> CustomerField:
    """It stands on every customer's page from now on."""
    async with entered(request) as (tx, viewer):
        made = await defining.define(tx, viewer, data.name, data.label, data.kind, data.choices, data.seen_by)
        return _field(await defined.field(tx, made))


@patch(
    "/customer-fields/{field_id:int}",
    operation_id="changeCustomerField",
    response_description="The field.",
    summary="Change a field of your own",
    responses=CHANGE,
    tags=TAG,
)
async def change(request: Call, field_id: Number, data: JSONBody[CustomerFieldChange]) -> CustomerField:
    """How it is called, what can be chosen, who may see it. Values that are there stay."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "brand.manage")
        now = await defined.field(tx, number(field_id))
        choices = now.choices if data.choices is None else data.choices
        label = now.label if data.label is None else data.label
        await defining.redefine(tx, viewer, now.id, label, choices, data.seen_by or "")
        return _field(await defined.field(tx, now.id))


@delete(
    "/customer-fields/{field_id:int}",
    status_code=200,
    operation_id="retireCustomerField",
    response_description="The field.",
    summary="Retire a field of your own",
    responses=CHANGE,
    tags=TAG,
)
async def retire(request: Call, field_id: Number) -> CustomerField:
    """Show it no longer; its values are kept. Once more changes nothing."""
    return await _retire(request, field_id, back=False)


@post(
    "/customer-fields/{field_id:int}/restoration",
    status_code=200,
    operation_id="restoreCustomerField",
    response_description="The field.",
    summary="Show a retired field again",
    responses=CHANGE,
    tags=TAG,
)
async def restore(request: Call, field_id: Number) -> CustomerField:
    """With all its values. Once more changes nothing."""
    return await _retire(request, field_id, back=True)


@get(
    "/customers/{customer_id:int}/fields",
    operation_id="getCustomerValues",
    response_description="Her values.",
    summary="See what a customer's fields hold",
    responses=ONE,
    tags=TAG,
)
async def values(request: Call, customer_id: Number) -> CustomerValues:
    """Of the fields you may see."""
    async with entered(request) as (tx, viewer):
        return await _values(tx, viewer, number(customer_id))


@patch(
    "/customers/{customer_id:int}/fields",
    operation_id="setCustomerValues",
    response_description="Her values.",
    summary="Set what a customer's fields hold",
    responses=CHANGE,
    tags=TAG,
)
async def set_values(request: Call, customer_id: Number, data: JSONBody[NewCustomerValues]) -> CustomerValues:
    """Those you name; each change is in her history. All of them are set, or none."""
    async with entered(request) as (tx, viewer):
        await profiles.root(tx, viewer, number(customer_id))
        given = {name: _typed(value) for name, value in data.values.items()}
        await defining.fill_in(tx, viewer, customer_id, given)
        return await _values(tx, viewer, customer_id)


async def _values(tx: Tx, viewer: Viewer, customer_id: int) -> CustomerValues:
    person = await profiles.person(tx, viewer, customer_id)
    return CustomerValues(person.id, person.fields)


def _typed(value: str | float | bool | None) -> str:
    """As it is typed on the page."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


async def _retire(request: Call, field_id: int, *, back: bool) -> CustomerField:
    async with entered(request) as (tx, viewer):
        await defining.retire(tx, viewer, number(field_id), back=back)
        return _field(await defined.field(tx, field_id))


def _field(one: Defined) -> CustomerField:
    kind, seen_by = cast(shapes.Kind, one.kind), cast(shapes.Seen, one.seen_by)
    return CustomerField(one.id, one.name, one.label, kind, list(one.choices), seen_by, one.retired)


HANDLERS = [list_fields, define, change, retire, restore, values, set_values]
