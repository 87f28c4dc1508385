"""The desk's search: conversations by what was said in them, and customers, in the place of the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter

from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked, Speaker
from madang.conversations.search.people import find_customers
from madang.desk.opened import house
from madang.desk.page import fragment, ground_of, number, who
from madang.lib.search.tokeniser import tokeniser

PAGE = 20
CUSTOMERS = 4

Words = Annotated[str, QueryParameter(max_length=400)]
Short = Annotated[str, QueryParameter(max_length=20)]


@get("/search", whole="/?{query}")
async def find(
    request: Request[Any, Any, Any],
    q: Words = "",
    by: FromQuery[Literal["", "customer", "us", "note"]] = "",
    status: FromQuery[Literal["", "open", "closed"]] = "",
    channel: Short = "",
    brand: Short = "",
    assignee: Short = "",
    days: Short = "",
    files: FromQuery[bool] = False,
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """What is found, in the place of the list; with a cursor the rows after those shown."""
    viewer = who(request)
    only = number(channel, "channel")
    asked = Asked(
        q,
        channels=None if only is None else [only],
        brand=number(brand, "brand"),
        status=status or None,
        assignee="none" if assignee == "none" else number(assignee, "assignee"),
        since=_since(number(days, "days")),
        by=_speaker(by),
        files=files,
    )
    async with ground_of(request).database.begin() as tx:
        context = await house(tx)
        found = await search.find(tx, viewer, asked, limit=PAGE, cursor=cursor or None)
        first = not cursor
        customers = await find_customers(tx, viewer, q, limit=CUSTOMERS) if first and asked.plain else []
        behind = await search.behind(tx) if first else None
    template = "desk/search.html" if first else "desk/_found_rows.html"
    context |= {"found": found, "customers": customers, "behind": behind, "cap": search.CAP}
    return fragment(request, template, q=q, view="", filtered=not asked.plain, **context)


@get("/search/warmth", status_code=204)
async def warm(request: Request[Any, Any, Any]) -> None:
    """Somebody is about to search: what knows Korean wakes up."""
    who(request)
    await tokeniser().warm()


def _speaker(by: str) -> Speaker | None:
    speakers: dict[str, Speaker] = {"customer": "customer", "us": "us", "note": "note"}
    return speakers.get(by)


def _since(days: int | None) -> datetime | None:
    return datetime.now(UTC) - timedelta(days=min(days, 36_500)) if days else None
