"""The addresses of a customer: noted, forgotten, written to first, and proven by a code."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from madang.conversations import profiles, proving
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.language import ngettext

AnyRequest = Request[Any, Any, Any]


class NewAddress(msgspec.Struct):
    """An address, and whether somebody vouches for it."""

    value: str = ""
    proven: bool = False


class Named(msgspec.Struct):
    """One of her addresses."""

    kind: str = ""
    value: str = ""


class Gone(msgspec.Struct):
    """The event by which something was forgotten."""

    event: str = ""


class Typed(msgspec.Struct):
    """The code she told."""

    code: str = ""


@post("/customers/{customer_id:int}/addresses", status_code=200)
async def add_address(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Note an address of hers, by our word or only as said."""
    viewer, form = who(request), await form_of(request, NewAddress)
    kind = "email" if "@" in form.value else "phone"
    async with ground_of(request).database.begin() as tx:
        other = await profiles.add_address(tx, viewer, customer_id, kind, form.value, proven=form.proven)
    return see(f"/customers/{customer_id}?done={'conflict' if other else 'added'}")


@post("/customers/{customer_id:int}/addresses/main", status_code=200)
async def make_main(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Write to her at this one."""
    form = await form_of(request, Named)
    async with ground_of(request).database.begin() as tx:
        await profiles.make_main(tx, who(request), customer_id, form.kind, form.value)
    return see(f"/customers/{customer_id}?done=saved")


@post("/customers/{customer_id:int}/claims/removal", status_code=200)
async def forget(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """She did not say this, or it is wrong."""
    form = await form_of(request, Named)
    async with ground_of(request).database.begin() as tx:
        event = await profiles.forget_claim(tx, who(request), customer_id, form.kind, form.value)
    return see(f"/customers/{customer_id}?done=forgotten&gone_claim={event}")


@post("/customers/{customer_id:int}/claims/restoration", status_code=200)
async def remember(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Take that back."""
    form = await form_of(request, Gone)
    async with ground_of(request).database.begin() as tx:
        await profiles.remember_claim(tx, who(request), customer_id, number(form.event, "event") or 0)
    return see(f"/customers/{customer_id}?done=restored")


@post("/customers/{customer_id:int}/codes", status_code=200)
async def ask(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Send a code to an address she said is hers."""
    form = await form_of(request, Named)
    async with ground_of(request).database.begin() as tx:
        await proving.ask(tx, who(request), customer_id, form.kind, form.value)
    return see(f"/customers/{customer_id}?done=code_asked")


@post("/customers/{customer_id:int}/codes/{challenge_id:int}", status_code=200)
async def enter(request: AnyRequest, customer_id: FromPath[int], challenge_id: FromPath[int]) -> Response[Any]:
    """She told it to us."""
    form = await form_of(request, Typed)
    answer = await proving.enter(ground_of(request), who(request), customer_id, challenge_id, form.code)
    if answer.state == "over":
        raise Refused(_("This code is not valid any more. Send a new one."), "code")
    if answer.state == "wrong":
        told = ngettext(
            "This is not the code. %(n)s try is left.", "This is not the code. %(n)s tries are left.", answer.left
        )
        raise Refused(told % {"n": answer.left}, "code")
    return see(f"/customers/{customer_id}?done=proven")
