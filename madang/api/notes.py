"""What is noted of a customer: notes, tags, sums."""

from __future__ import annotations

from litestar import delete, get, post, put
from litestar.params import JSONBody

from madang.api.customer_shapes import CustomerNote, CustomerNotes, CustomerTags, Glance, NewCustomerNote, Sum
from madang.api.documented import CHANGE, ONE
from madang.api.entry import Call, Number, entered, number
from madang.conversations import keepsakes
from madang.customers.kept import Note

TAG = ["Customers"]


@get(
    "/customers/{customer_id:int}/notes",
    operation_id="listCustomerNotes",
    response_description="The notes.",
    summary="List a customer's notes",
    responses=ONE,
    tags=TAG,
)
async def list_notes(request: Call, customer_id: Number) -> CustomerNotes:
    """What colleagues and programs wrote about her: the last 100, the newest first."""
    async with entered(request) as (tx, viewer):
        kept = await keepsakes.of_customer(tx, viewer, number(customer_id))
    return CustomerNotes(kept.customer_id, [_note(one) for one in kept.notes])


@post(
    "/customers/{customer_id:int}/notes",
    operation_id="addCustomerNote",
    response_description="The note.",
    summary="Write a note about a customer",
    responses=CHANGE,
    tags=TAG,
)
async def add_note(request: Call, customer_id: Number, data: JSONBody[NewCustomerNote]) -> CustomerNote:
    """Colleagues see it on her page; she never does."""
    async with entered(request) as (tx, viewer):
        return _note(await keepsakes.add_note(tx, viewer, number(customer_id), data.text))


@put(
    "/customers/{customer_id:int}/notes/{note_id:int}",
    operation_id="changeCustomerNote",
    response_description="The note.",
    summary="Write a note anew",
    responses=CHANGE,
    tags=TAG,
)
async def change_note(
    request: Call, customer_id: Number, note_id: Number, data: JSONBody[NewCustomerNote]
) -> CustomerNote:
    """Its author may, and whoever may lead."""
    async with entered(request) as (tx, viewer):
        return _note(await keepsakes.change_note(tx, viewer, number(customer_id), number(note_id), data.text))


@delete(
    "/customers/{customer_id:int}/notes/{note_id:int}",
    status_code=200,
    operation_id="deleteCustomerNote",
    response_description="The note, deleted.",
    summary="Delete a note",
    responses=CHANGE,
    tags=TAG,
)
async def delete_note(request: Call, customer_id: Number, note_id: Number) -> CustomerNote:
    """Deleting a deleted one changes nothing; it can be brought back on her page."""
    async with entered(request) as (tx, viewer):
        return _note(await keepsakes.delete_note(tx, viewer, number(customer_id), number(note_id)))


@put(
    "/customers/{customer_id:int}/tags",
    operation_id="setCustomerTags",
    response_description="Her tags.",
    summary="Set a customer's tags",
    responses=CHANGE,
    tags=TAG,
)
async def set_tags(request: Call, customer_id: Number, data: JSONBody[CustomerTags]) -> CustomerTags:
    """All of them each time: those that are not named are taken away."""
    async with entered(request) as (tx, viewer):
        return CustomerTags(await keepsakes.set_tags(tx, viewer, number(customer_id), data.tags))


@get(
    "/customers/{customer_id:int}/glance",
    operation_id="getCustomerGlance",
    response_description="Her sums.",
    summary="See a customer at a glance",
    responses=ONE,
    tags=TAG,
)
async def glance(request: Call, customer_id: Number) -> Glance:
    """Tags, and sums that are kept rather than counted: right within seconds of what happens."""
    async with entered(request) as (tx, viewer):
        kept = await keepsakes.of_customer(tx, viewer, number(customer_id))
    facts = kept.facts
    return Glance(
        customer_id=kept.customer_id,
        tags=kept.tags,
        first_seen=facts.first_at,
        last_seen=facts.last_at,
        conversations=facts.conversations,
        messages=facts.messages,
        spent=[Sum(currency, amount) for currency, amount in facts.spent.items()],
        weeks=list(facts.weeks),
        usual_channel=kept.usual.id if kept.usual else None,
    )


def _note(one: Note) -> CustomerNote:
    return CustomerNote(one.id, one.text, one.author, one.at, one.edited_at, one.deleted_at)


HANDLERS = [list_notes, add_note, change_note, delete_note, set_tags, glance]
