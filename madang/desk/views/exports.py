"""Lists taken out as a file: of customers, of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Stream

from madang.conversations.actions.exporting import export, export_talks
from madang.conversations.exports import people, talks
from madang.conversations.exports.formats import FORMATS, MIMES, Format, Rows, writer
from madang.conversations.exports.people import Asked
from madang.desk.letting_in import AnyRequest
from madang.desk.page import ground_of, number, who
from madang.desk.views.inbox import asked_for
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
    kind = _kind(format)
    asked = Asked(number(segment, "segment") or 0, q, quality[:100], number(brand, "brand"))
    async with database.begin() as tx:
        columns = await export(tx, viewer, kind, asked)
    return _file("customers", kind, columns, people.pages(database, viewer, asked))


@get("/list/export")
async def take_list_out(
    request: AnyRequest, view: FromQuery[str] = "", format: FromQuery[str] = "csv"
) -> Response[Any]:
    """The list of conversations that the same address without ``/list/export`` shows, streamed."""
    viewer, database = who(request), ground_of(request).database
    kind = _kind(format)
    async with database.begin() as tx:
        one = await asked_for(tx, viewer, request, view)
        columns = await export_talks(tx, viewer, kind, one.asked, one.view)
    return _file("conversations", kind, columns, talks.pages(database, viewer, one.asked))


def _kind(format: str) -> Format:
    kind = next((one for one in FORMATS if one == format), None)
    if kind is None:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "format")
    return kind


def _file(name: str, kind: Format, columns: Sequence[str], rows: Rows) -> Response[Any]:
    headers = {
        "Content-Disposition": downloads.named(f"{name}-{datetime.now(UTC):%Y-%m-%d}.{kind}"),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(writer(kind)(columns, rows), media_type=MIMES[kind], headers=headers)
