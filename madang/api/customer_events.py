"""What shops, apps and stores tell of a customer: in batches, each event once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from madang.api.conversations import Cursor, Limit
from madang.api.customer_shapes import (
    AddressedEvent,
    AddressedEvents,
    CustomerEvent,
    CustomerEventPage,
    EventsTold,
    NewEvent,
    NewEvents,
)
from madang.api.documented import CHANGE, ONE
from madang.api.entry import Call, Number, entered, number
from madang.conversations import profiles, telling
from madang.conversations.telling import Answer, Whom
from madang.customers import told
from madang.customers.happenings import Happening, Unfit
from madang.customers.told import Happened, Wanted
from madang.lib.errors import Refused

Since = Annotated[datetime | None, QueryParameter(description="From this moment on, RFC 3339 with its zone.")]
Until = Annotated[datetime | None, QueryParameter(description="Before this moment, RFC 3339 with its zone.")]


@post(
    "/customers/{customer_id:int}/events",
    status_code=200,
    operation_id="tellCustomerEvents",
    response_description="How many were new.",
    summary="Tell what a customer did",
    responses=CHANGE,
    tags=["Customers"],
)
async def tell(request: Call, customer_id: Number, data: JSONBody[NewEvents]) -> EventsTold:
    """Orders, visits, calls, surveys: up to 1,000 at once. The same batch again changes nothing."""
    some = [_happening(one) for one in data.events]
    async with entered(request) as (tx, viewer):
        return _told(await telling.tell(tx, viewer, number(customer_id), data.source, some))


@post(
    "/events",
    status_code=200,
    operation_id="tellEvents",
    response_description="How many were new.",
    summary="Tell what people did, by address",
    responses=CHANGE,
    tags=["Customers"],
)
async def tell_of(request: Call, data: JSONBody[AddressedEvents]) -> EventsTold:
    """The same for many people at once, each named by an address. Whoever is not known yet becomes a customer: so tell
    only of addresses that you have proven."""
    some = [(_whom(place, one), _happening(one)) for place, one in enumerate(data.events)]
    async with entered(request) as (tx, viewer):
        return _told(await telling.tell_of(tx, viewer, data.source, some))


@get(
    "/customers/{customer_id:int}/events",
    operation_id="listCustomerEvents",
    response_description="A page of them.",
    summary="List what a customer did",
    responses=ONE,
    tags=["Customers"],
)
async def list_events(
    request: Call,
    customer_id: Number,
    kind: Annotated[str | None, QueryParameter(max_length=60, description="Only this kind, such as `order`.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CustomerEventPage:
    """What was told of her, the newest first."""
    wanted = Wanted([kind] if kind else [], *period(since, until))
    async with entered(request) as (tx, viewer):
        root = await profiles.root(tx, viewer, number(customer_id))
        page = await told.of_customer(tx, root, wanted, limit=limit, cursor=cursor)
    return CustomerEventPage(root, [_shown(one) for one in page.items], page.next)


def period(since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Both ends, with their zones; raises Refused."""
    for name, at in (("since", since), ("until", until)):
        if at is not None and at.tzinfo is None:
            raise Refused("Say the time with its zone, such as 2026-11-22T09:30:00+09:00 (+ is %2B here).", name)
    return since, until


def _happening(one: NewEvent) -> Happening:
    return Happening(one.key, one.kind, one.at, one.title, one.url, one.amount, one.currency, one.data)


def _whom(place: int, one: AddressedEvent) -> Whom:
    given = [(kind, value) for kind in ("email", "phone", "account") if (value := getattr(one, kind))]
    if len(given) != 1:
        raise Unfit([(f"events[{place}]", "Name exactly one of email, phone and account.")])
    return Whom(*given[0], one.channel, one.name)


def _told(answer: Answer) -> EventsTold:
    return EventsTold(answer.new, len(answer.customers) - answer.new, answer.customers)


def _shown(one: Happened) -> CustomerEvent:
    return CustomerEvent(
        one.id, one.source, one.key, one.kind, one.at, one.title, one.url, one.amount, one.currency, one.data
    )


HANDLERS = [tell, tell_of, list_events]
