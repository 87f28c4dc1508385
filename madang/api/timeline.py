"""All there is of a customer, as one list."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from madang.api import showing
from madang.api.conversations import Cursor, Limit, channels_meant
from madang.api.customer_events import Since, Until, period
from madang.api.customer_shapes import TimelineEntry, TimelinePage
from madang.api.documented import ONE
from madang.api.entry import Call, Number, entered, number
from madang.conversations import timeline
from madang.conversations.timeline import Asked, Entry


@get(
    "/customers/{customer_id:int}/timeline",
    operation_id="getTimeline",
    response_description="A page of it.",
    summary="Look at all there is of a customer",
    responses=ONE,
    tags=["Customers"],
)
async def get_timeline(
    request: Call,
    customer_id: Number,
    kind: Annotated[
        str | None,
        QueryParameter(
            max_length=200,
            description="Only these, with commas between: `message`, `note`, `conversation`, `merge`, `order` and the "
            "other kinds of events, `custom` for all your own.",
        ),
    ] = None,
    channel: Annotated[
        str | None,
        QueryParameter(
            max_length=100,
            description="Only what went over this channel (its number) or this kind of channel (`email`).",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TimelinePage:
    """Messages of the conversations you may see, notes, what was told of her, merges: the newest first."""
    kinds = frozenset(one.strip() for one in (kind or "").split(",") if one.strip())
    since, until = period(since, until)
    async with entered(request) as (tx, viewer):
        channels = tuple(await channels_meant(tx, channel)) if channel else None
        asked = Asked(kinds, channels, since, until)
        page = await timeline.of_customer(tx, viewer, number(customer_id), asked, limit=limit, cursor=cursor)
    return TimelinePage(page.customer_id, [_shown(one) for one in page.items], page.next)


def _shown(one: Entry) -> TimelineEntry:
    return TimelineEntry(
        kind=one.kind,
        id=one.id,
        at=one.at,
        text=one.text,
        author=one.author,
        channel=showing.mark(one.channel) if one.channel else None,
        conversation_id=one.conversation_id,
        url=one.url,
        amount=one.amount,
        currency=one.currency,
        data=one.data,
        other=one.other,
    )


HANDLERS = [get_timeline]
