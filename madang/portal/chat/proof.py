"""A visitor proves an address: the code she was sent stands in her mail, and she types it here.

Nothing that is answered says whether the address is anybody's: it is the same for an address that nobody has.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from madang.conversations import proving
from madang.customers.identity import Address, Found
from madang.customers.proving import entering, limits
from madang.customers.proving.actions import withdraw
from madang.events.record import Actor
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.portal.chat import challenge
from madang.portal.chat.asking import Asked, ground_of, remote_of, visitor_of
from madang.portal.chat.session import NO_STORE, read_json
from madang.portal.chat.visitors import Visitor, known

Words = Annotated[str, msgspec.Meta(max_length=254)]


class Wish(msgspec.Struct, frozen=True):
    """An address she has left, to be proven; '' for the code once more."""

    address: Words = ""


class Typed(msgspec.Struct, frozen=True):
    """A code."""

    code: Words = ""


class Soon(HTTPException):
    """What she left is on its way in: the widget asks again by itself."""

    status_code = 503
    detail = "This address is not known yet. Please try again in a moment."
    headers = {"Retry-After": "1"}


@post("/chat/{key:str}/proof", status_code=200, opt={"cookieless": True})
async def ask(request: Asked, key: FromPath[str]) -> Response[Any]:
    """Send a code: to an address she has left, where the brand asks for proof, or once more."""
    wish: Wish = await read_json(request, Wish)
    visitor, ground = await visitor_of(request, key), ground_of(request)
    await limits.from_network(ground.database, remote_of(request))
    async with ground.database.begin() as tx:
        visitor = await known(tx, visitor)
        if wish.address:
            await _first(tx, visitor, wish.address)
        elif found := await challenge.asked(tx, visitor):
            await proving.again_herself(tx, found[0], visitor.brand_id)
        return Response({"proof": await challenge.form(tx, visitor)}, headers=NO_STORE)


async def _first(tx: Tx, visitor: Visitor, address: str) -> None:
    if not visitor.bound.connector.config.brand.get("ask_proof"):
        return
    if not visitor.customer_id:
        raise Soon
    found = Found(visitor.identity_id, visitor.customer_id, False, visitor.home_id)
    try:
        await proving.ask_herself(tx, found, visitor.brand_id, address)
    except NotFound:
        raise Soon from None


@post("/chat/{key:str}/proof/code", status_code=200, opt={"cookieless": True})
async def enter(request: Asked, key: FromPath[str]) -> Response[Any]:
    """She types it: proven, wrong (so many tries are left) or over (it counts no more)."""
    typed: Typed = await read_json(request, Typed)
    visitor, ground = await visitor_of(request, key), ground_of(request)
    async with ground.database.begin() as tx:
        visitor = await known(tx, visitor)
        found = await challenge.asked(tx, visitor)
    if found is None:
        return Response({"state": "over", "left": 0}, headers=NO_STORE)
    speaker = Address(visitor.proven.kind, visitor.proven.value, visitor.account)
    actor = Actor("customer", visitor.customer_id)
    answer = await entering.enter(ground, actor, found[0], typed.code, speaker=speaker, remote=remote_of(request))
    return Response({"state": answer.state, "left": answer.left}, headers=NO_STORE)


@post("/chat/{key:str}/proof/withdrawal", status_code=200, opt={"cookieless": True})
async def wrong(request: Asked, key: FromPath[str]) -> Response[Any]:
    """It is not her address: forgotten, and the code counts no more. Once more changes nothing."""
    visitor, ground = await visitor_of(request, key), ground_of(request)
    async with ground.database.begin() as tx:
        visitor = await known(tx, visitor)
        if found := await challenge.asked(tx, visitor):
            await withdraw(tx, Actor("customer", visitor.customer_id), found[0].id)
    return Response({"proof": None}, headers=NO_STORE)
