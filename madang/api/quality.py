"""How good the customers' data is: the numbers, who is behind each, and a count at once."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import PathParameter, QueryParameter

from madang.api import quality_shapes as shapes
from madang.api.conversations import Cursor, Limit
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, entered, number
from madang.conversations.quality import actions, queries, rows
from madang.conversations.quality.judging import Judged
from madang.conversations.quality.measures import MERGED, PROBLEMS
from madang.conversations.quality.queries import Report
from madang.lib.errors import Refused

TAGS = ["Data quality"]
NAMES = (*PROBLEMS, MERGED)
OfBrand = Annotated[
    int | None,
    QueryParameter(description="Only its customers. Without one everybody, or the first of the token's brands."),
]


@get(
    "/data-quality",
    operation_id="getDataQuality",
    response_description="The numbers.",
    summary="Look at the data quality",
    responses=LIST | ONE,
    tags=TAGS,
)
async def get_quality(request: Call, brand: OfBrand = None) -> shapes.DataQuality:
    """What the last count found, how full each field is, and the trend of 90 days. Needs the role of a lead who sees
    all conversations of her brands."""
    async with entered(request) as (tx, viewer):
        report = await queries.report(tx, viewer, number(brand) if brand is not None else None)
    return shapes.DataQuality(
        brand=report.brand_id or None,
        counted_at=report.at,
        counting=report.running is not None,
        stale_months=report.months,
        customers=report.customers,
        numbers=[_number(report, name) for name in NAMES],
        fields=[shapes.QualityField(one.name, one.has, round(report.share(one.has), 4)) for one in report.fields],
        trend=[one for place in range(len(report.days)) if (one := _day(report, place))],
    )


@get(
    "/data-quality/{name:str}/customers",
    operation_id="listDataQuality",
    response_description="A page of customers.",
    summary="List who is behind a number",
    responses=LIST | ONE,
    tags=TAGS,
)
async def list_quality(
    request: Call,
    name: Annotated[str, PathParameter(description="A problem, `merged`, or `missing.` and a field.")],
    brand: OfBrand = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.QualityCustomerPage:
    """Those whom the last count found and who are so still; of `merged` and `missing.…` who is so now."""
    async with entered(request) as (tx, viewer):
        asked = await rows.allowed(tx, viewer, name, number(brand) if brand is not None else None)
        try:
            page = await rows.customers(tx, viewer, asked, limit=limit, cursor=cursor)
        except rows.TooMany:
            raise Refused("Finding the few who fit takes too long for a page. Export them.", "name") from None
    return shapes.QualityCustomerPage([_customer(one, asked.brand_id) for one in page.items], page.next)


@post(
    "/data-quality/count",
    status_code=202,
    operation_id="countDataQuality",
    response_description="The workers count.",
    summary="Count now",
    responses=CHANGE,
    tags=TAGS,
)
async def count_quality(request: Call) -> shapes.QualityCount:
    """Have all customers counted anew. A million take some minutes; `counting` says when it is over."""
    async with entered(request) as (tx, viewer):
        return shapes.QualityCount(await actions.count_now(tx, viewer))


def _number(report: Report, name: str) -> shapes.QualityNumber:
    value = report.counts[name]
    return shapes.QualityNumber(name, value, round(report.share(value), 4))  # type: ignore[arg-type]


def _day(report: Report, place: int) -> shapes.QualityDay | None:
    customers = report.trend["customers"][place]
    if customers is None:
        return None
    numbers = {name: report.trend[name][place] or 0 for name in NAMES}
    return shapes.QualityDay(report.days[place], customers, numbers)


def _customer(one: Judged, brand_id: int) -> shapes.QualityCustomer:
    problems = [name for name, measure in PROBLEMS.items() if one.has(measure, brand_id)]
    return shapes.QualityCustomer(
        id=one.id,
        name=one.name,
        problems=problems,
        proven=sorted(one.kinds),
        said=list(one.said),
        returned=list(one.returned_from),
        disagree=list(one.disagree),
        seen_at=one.seen_at,
        suggestion=one.question if "duplicate" in problems else None,
    )


HANDLERS = [get_quality, list_quality, count_quality]
