"""Customers taken out as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Stream

from madang.conversations.actions.exporting import export
from madang.conversations.exports.formats import FORMATS, MIMES, writer
from madang.conversations.exports.people import Asked, pages
from madang.desk.letting_in import AnyRequest
from madang.desk.page import ground_of, number, who
from madang.lib import downloads
from madang.lib.errors import Refused
from madang.lib.language import gettext as _


@get("/settings/imports/export")
async def take_out(
    request: AnyRequest,
    format: FromQuery[str] = "csv",
    segment: FromQuery[str] = "",
    q: FromQuery[str] = "",
    quality: FromQuery[str] = "",
    brand: FromQuery[str] = "",
) -> Response[Any]:
    """A list of customers, streamed: all, those of a segment, found, or behind a number of the data quality page."""
    viewer, database = who(request), ground_of(request).database
    kind = next((one for one in FORMATS if one == format), None)
    if kind is None:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "format")
    asked = Asked(number(segment, "segment") or 0, q, quality[:100], number(brand, "brand"))
    async with database.begin() as tx:
        columns = await export(tx, viewer, kind, asked)
    name = f"customers-{datetime.now(UTC):%Y-%m-%d}.{kind}"
    headers = {
        "Content-Disposition": downloads.named(name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(writer(kind)(columns, pages(database, viewer, asked)), media_type=MIMES[kind], headers=headers)
