"""Data quality: what is missing, stale, in conflict or double among the customers, and who is behind each number."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.brands.queries import brands
from madang.conversations.quality import actions, queries, rows
from madang.conversations.quality.measures import MERGED, PROBLEMS
from madang.conversations.quality.queries import Report
from madang.conversations.quality.rows import MISSING, TooMany
from madang.desk import quality_words as words
from madang.desk.charts import line
from madang.desk.letting_in import see
from madang.desk.page import ground_of, number, page, who
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

AnyRequest = Request[Any, Any, Any]
HERE = "/quality"
TILES = (*PROBLEMS, MERGED)


@get(HERE)
async def overview(request: AnyRequest) -> Response[str]:
    """Every number with its trend, and how full each field is."""
    viewer, brand = who(request), number(request.query_params.get("brand", ""), "brand")
    async with ground_of(request).database.begin() as tx:
        report = await queries.report(tx, viewer, brand)
        places = await _places(tx, viewer)
    charts = {what: line(report.trend[what], width=160, height=32) for what in TILES}
    shown: dict[str, Any] = {"report": report, "places": places, "charts": charts, "tiles": TILES}
    return page(request, "quality/overview.html", words=words, missing=MISSING, **shown)


@get(f"{HERE}/{{measure:str}}")
async def listed(request: AnyRequest, measure: FromPath[str]) -> Response[str]:
    """The customers behind a number, each with the reason and where it is mended."""
    viewer, asked = who(request), request.query_params
    brand, cursor = number(asked.get("brand", ""), "brand"), asked.get("after") or None
    async with ground_of(request).database.begin() as tx:
        what = await rows.allowed(tx, viewer, measure, brand)
        report = await queries.report(tx, viewer, what.brand_id)
        try:
            found = await rows.customers(tx, viewer, what, cursor=cursor)
        except TooMany:
            found = None
        shown: dict[str, Any] = {"labels": await queries.fields(tx, viewer), "places": await _places(tx, viewer)}
    chart = line(report.trend[measure], width=720, height=140) if measure in report.trend else None
    shown |= {"report": report, "found": found, "measure": measure, "chart": chart, "later": cursor is not None}
    return page(request, "quality/list.html", words=words, counted=_counted(report, measure), **shown)


@post(f"{HERE}/count", status_code=200)
async def count_now(request: AnyRequest) -> Response[Any]:
    """Have all customers counted anew."""
    brand = number(request.query_params.get("brand", ""), "brand")
    async with ground_of(request).database.begin() as tx:
        await actions.count_now(tx, who(request))
    return see(f"{HERE}?brand={brand}" if brand else HERE)


async def _places(tx: Tx, viewer: Viewer) -> list[tuple[int, str]]:
    """The brands whose numbers she may see; none when there is nothing to choose."""
    mine = viewer.scope.brands
    some = [(one.id, one.name) for one in await brands(tx) if mine is None or one.id in mine]
    return some if len(some) > 1 else []


def _counted(report: Report, measure: str) -> int:
    """The number this list is behind."""
    if measure in report.counts:
        return report.counts[measure]
    has = {one.name: one.has for one in report.fields}
    return report.customers - has.get(measure.removeprefix(MISSING), 0)
