"""Settings > Fields: what the company itself wants to know of customers and conversations. And those filled in."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.conversations import profiles
from madang.customers import defined
from madang.customers.actions import defining
from madang.customers.typed import KINDS, About
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]
HERE = "/settings/fields"
WORDS = {
    "text": _("Text"),
    "number": _("Number"),
    "date": _("Day"),
    "choice": _("Choice"),
    "bool": _("Yes or no"),
    "url": _("Link"),
}


class Field(msgspec.Struct):
    """A field to be, or what is shown of one. ``choices`` are lines."""

    name: str = ""
    label: str = ""
    kind: str = "text"
    choices: str = ""
    seen_by: str = ""
    about: str = "customer"


class Typed(msgspec.Struct):
    """One field of a customer's, filled in."""

    field: str = ""
    value: str = ""


@get(HERE)
async def listed(request: AnyRequest) -> Response[str]:
    """Every field, and the retired ones."""
    _allowed(request)
    async with ground_of(request).database.begin() as tx:
        of_customers = await defined.fields(tx, retired=True)
        of_conversations = await defined.fields(tx, retired=True, about="conversation")
    every = [("customer", of_customers), ("conversation", of_conversations)]
    return page(request, "settings/fields.html", every=every, kinds=WORDS)


@get(f"{HERE}/new")
async def blank(request: AnyRequest, about: FromQuery[str] = "customer") -> Response[str]:
    """A field to be."""
    _allowed(request)
    return _form(request, Field(about=about))


@post(f"{HERE}/new", status_code=200)
async def create(request: AnyRequest) -> Response[Any]:
    """Make a field."""
    viewer, form = _allowed(request), await form_of(request, Field)
    try:
        async with ground_of(request).database.begin() as tx:
            given = (form.name.strip(), form.label, form.kind, form.choices.splitlines(), form.seen_by)
            await defining.define(tx, viewer, *given, about=_about(form.about))
    except Refused as refused:
        return _form(request, form, refused)
    return see(f"{HERE}?done=created")


@get(f"{HERE}/{{field_id:int}}")
async def shown(request: AnyRequest, field_id: FromPath[int]) -> Response[str]:
    """One field."""
    _allowed(request)
    async with ground_of(request).database.begin() as tx:
        one = await defined.field(tx, field_id)
    form = Field(one.name, one.label, one.kind, "\n".join(one.choices), one.seen_by, one.about)
    return _form(request, form, field_id=field_id)


@post(f"{HERE}/{{field_id:int}}", status_code=200)
async def change(request: AnyRequest, field_id: FromPath[int]) -> Response[Any]:
    """Set what it is called, what can be chosen, and who may see it."""
    viewer, form = _allowed(request), await form_of(request, Field)
    try:
        async with ground_of(request).database.begin() as tx:
            await defining.redefine(tx, viewer, field_id, form.label, form.choices.splitlines(), form.seen_by)
    except Refused as refused:
        return _form(request, form, refused, field_id=field_id)
    return see(f"{HERE}/{field_id}?done=saved")


@post(f"{HERE}/{{field_id:int}}/{{what:str}}", status_code=200)
async def handle(request: AnyRequest, field_id: FromPath[int], what: FromPath[str]) -> Response[Any]:
    """Move it up or down, retire it, or show it again."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        if what in ("up", "down"):
            await defining.move(tx, viewer, field_id, up=what == "up")
        elif what in ("retirement", "restoration"):
            await defining.retire(tx, viewer, field_id, back=what == "restoration")
        else:
            raise NotFound
    return see(HERE)


@post("/customers/{customer_id:int}/custom", status_code=200)
async def fill_in(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Fill in one field of a customer's."""
    viewer, form = who(request), await form_of(request, Typed)
    async with ground_of(request).database.begin() as tx:
        await profiles.root(tx, viewer, customer_id)
        await defining.fill_in(tx, viewer, customer_id, {form.field: form.value})
    return see(f"/customers/{customer_id}?done=saved")


def _form(request: AnyRequest, form: Field, refused: Refused | None = None, *, field_id: int = 0) -> Response[str]:
    errors = {refused.field or "form": refused.message} if refused else {}
    status = 400 if refused else 200
    kinds = [(kind, WORDS[kind]) for kind in KINDS]
    return page(request, "settings/field.html", status, typed=form, field_id=field_id, kinds=kinds, errors=errors)


def _about(given: str) -> About:
    return "conversation" if given == "conversation" else "customer"


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "brand.manage")
    return viewer
