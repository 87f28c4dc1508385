"""Search: conversations by what was said, customers by name and address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter

from madang.api import showing
from madang.api.conversations import Cursor, assignee_meant, channels_meant
from madang.api.documented import LIST
from madang.api.entry import Call, entered, number
from madang.api.shapes import Excerpt, FoundConversation, FoundCustomer, SearchResult
from madang.conversations.search import found
from madang.conversations.search import queries as search
from madang.conversations.search.asked import LONGEST, Asked, Speaker
from madang.conversations.search.people import find_customers
from madang.lib.errors import Refused
from madang.lib.search import excerpt as marked

Words = Annotated[
    str,
    QueryParameter(
        max_length=LONGEST,
        description="The words; every one must be there, the last may be half typed. Korean in any form or by 초성 "
        "(`ㅎㅂ`), English by its stems, order numbers, phone numbers and addresses in any spelling. Without words "
        "nothing is found.",
    ),
]
Kind = Annotated[
    Literal["conversations", "customers"] | None, QueryParameter(description="Only these; without it, both.")
]
OfChannel = Annotated[
    str | None, QueryParameter(max_length=100, description="Said over this channel (a number, or `email`).")
]
OfBrand = Annotated[int | None, QueryParameter(description="Only conversations of this brand.")]
OfStatus = Annotated[Literal["open", "closed"] | None, QueryParameter(description="Only these; without it, both.")]
OfAssignee = Annotated[
    str | None, QueryParameter(max_length=20, description="This colleague's (a number), `me`, or `none`.")
]
Since = Annotated[datetime | None, QueryParameter(description="Said then or later; RFC 3339 with a zone.")]
Until = Annotated[datetime | None, QueryParameter(description="Said before; RFC 3339 with a zone.")]
By = Annotated[
    Speaker | None, QueryParameter(description="Said by a customer, by us, or in a note; without it, by anyone.")
]
Files = Annotated[bool, QueryParameter(description="Only messages that bring files.")]
NOTHING = found.Found([], None, None)
Limit = Annotated[int, QueryParameter(ge=1, le=50, description="How many conversations at most on one page, 1 to 50.")]


@get(
    "/search",
    operation_id="search",
    response_description="What was found.",
    summary="Search messages and customers",
    responses=LIST,
    tags=["Search"],
)
async def find(
    request: Call,
    q: Words = "",
    type: Kind = None,
    channel: OfChannel = None,
    brand: OfBrand = None,
    status: OfStatus = None,
    assignee: OfAssignee = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    files: Files = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> SearchResult:
    """Find what was said and who said it, within what you may see. Hits come newest first."""
    async with entered(request) as (tx, viewer):
        asked = Asked(
            q,
            channels=await channels_meant(tx, channel) if channel else None,
            brand=None if brand is None else number(brand),
            status=status,
            assignee=assignee_meant(viewer, assignee) if assignee else None,
            since=_zoned(since, "since"),
            until=_zoned(until, "until"),
            by=by,
            files=files,
        )
        page = NOTHING if type == "customers" else await search.find(tx, viewer, asked, limit=limit, cursor=cursor)
        wanted = type != "conversations" and not cursor and asked.plain
        people = await find_customers(tx, viewer, q, limit=min(limit, 20)) if wanted else []
        lag = await search.behind(tx)
    return SearchResult(
        [_conversation(one) for one in page.conversations],
        [FoundCustomer(one.id, _excerpt(one.name), _excerpt(one.address), one.conversation_id) for one in people],
        page.next,
        page.looked_back_to,
        min(lag.new + lag.old, search.CAP + 1),
    )


def _zoned(at: datetime | None, field: str) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise Refused("Give the zone too: 2026-11-22T09:00:00+09:00.", field)
    return at


def _conversation(one: found.FoundConversation) -> FoundConversation:
    return FoundConversation(
        showing.conversation(one.row),
        one.message_id,
        showing.direction(one.direction),
        one.author,
        one.at,
        _excerpt(one.text),
        _excerpt(one.subject),
        one.others,
    )


def _excerpt(one: marked.Excerpt) -> Excerpt:
    return Excerpt(one.text, one.marks)


HANDLERS = [find]
