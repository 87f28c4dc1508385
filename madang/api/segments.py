"""Segments: saved conditions over customers, who fulfils them, and conditions tried out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from litestar import delete, get, patch, post
from litestar.params import JSONBody, QueryParameter

from madang.api import segment_shapes as shapes
from madang.api.conversations import Cursor, Limit
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.conversations.segments import actions, counting, queries
from madang.conversations.segments.fields import vocabulary
from madang.conversations.segments.queries import Known
from madang.lib.conditions.vocabulary import OPERATORS, Field
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

TAGS = ["Segments"]


async def shown(tx: Tx, viewer: Viewer, segment_id: int) -> shapes.Segment:
    """One as it is now."""
    return _segment(await queries.segment(tx, viewer, segment_id))


@get(
    "/segments",
    operation_id="listSegments",
    response_description="The segments.",
    summary="List segments",
    responses=LIST,
    tags=TAGS,
)
async def list_segments(
    request: Call, archived: Annotated[bool, QueryParameter(description="Those put away instead.")] = False
) -> shapes.SegmentList:
    """Every segment in use, by name."""
    async with entered(request) as (tx, viewer):
        found = await queries.segments(tx, viewer, archived=archived)
    return shapes.SegmentList([_segment(one) for one in found])


@post(
    "/segments",
    status_code=201,
    operation_id="createSegment",
    response_description="The segment; `filling` until every customer has been looked at.",
    summary="Make a segment",
    responses=CHANGE,
    tags=TAGS,
)
async def create_segment(request: Call, data: JSONBody[shapes.NewSegment]) -> shapes.Segment:
    """Save a condition. From now on its members follow what happens. `errors` names the place of a mistake in it."""
    async with entered(request) as (tx, viewer):
        made = await actions.create(tx, viewer, data.name, data.condition, data.timezone)
        return await shown(tx, viewer, made)


@get(
    "/segments/fields",
    operation_id="listSegmentFields",
    response_description="What may be asked.",
    summary="List what may be asked",
    responses=LIST,
    tags=TAGS,
)
async def list_fields(request: Call) -> shapes.SegmentFields:
    """Every field with what may be asked of it. `fields.NAME` is a field of your own, `attributes.NAME` what a page
    said of her, `spent.KRW` the sum of her orders in minor units, `brand.3.…` of her conversations with one brand."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "customer.read")
        known = await vocabulary(tx, viewer)
    events = known.events
    return shapes.SegmentFields(
        fields=_fields(known.fields.values()),
        events=[kind for kind, _words in events.kinds] if events else [],
        event_fields=_fields(events.fields.values()) if events else [],
    )


@post(
    "/segments/preview",
    status_code=200,
    operation_id="previewSegment",
    response_description="What it finds.",
    summary="Try a condition",
    responses=CHANGE,
    tags=TAGS,
)
async def preview_segment(request: Call, data: JSONBody[shapes.NewSegmentPreview]) -> shapes.SegmentPreview:
    """Count who fulfils a condition now, and show some. Nothing is saved."""
    async with entered(request) as (tx, viewer):
        found = await counting.preview(tx, viewer, data.condition, data.timezone)
    some = None if found.people is None else [shapes.SegmentPerson(one.id, one.name) for one in found.people]
    return shapes.SegmentPreview(found.count.n, found.count.exact, some)


@get(
    "/segments/{segment_id:int}",
    operation_id="getSegment",
    response_description="The segment.",
    summary="Look at a segment",
    responses=ONE,
    tags=TAGS,
)
async def get_segment(request: Call, segment_id: Number) -> shapes.Segment:
    """One segment, and how many are in it."""
    async with entered(request) as (tx, viewer):
        return await shown(tx, viewer, number(segment_id))


@patch(
    "/segments/{segment_id:int}",
    operation_id="changeSegment",
    response_description="The segment, changed.",
    summary="Change it",
    responses=CHANGE,
    tags=TAGS,
)
async def change_segment(request: Call, segment_id: Number, data: JSONBody[shapes.SegmentChange]) -> shapes.Segment:
    """Change what you name. Another condition or time zone is put to everybody anew; nobody is told of who came and
    went by that."""
    given: dict[str, Any] = {"name": data.name, "condition": data.condition, "timezone": data.timezone or ""}
    async with entered(request) as (tx, viewer):
        await actions.change(tx, viewer, number(segment_id), **given)
        return await shown(tx, viewer, segment_id)


@delete(
    "/segments/{segment_id:int}",
    status_code=200,
    operation_id="archiveSegment",
    response_description="The segment, put away.",
    summary="Put it away",
    responses=CHANGE,
    tags=TAGS,
)
async def archive_segment(request: Call, segment_id: Number) -> shapes.Segment:
    """Use it no more. Its name is free again; `POST …/restoration` takes it back."""
    async with entered(request) as (tx, viewer):
        await actions.archive(tx, viewer, number(segment_id))
        return await shown(tx, viewer, segment_id)


@post(
    "/segments/{segment_id:int}/restoration",
    status_code=200,
    operation_id="restoreSegment",
    response_description="The segment, in use.",
    summary="Take it back",
    responses=CHANGE,
    tags=TAGS,
)
async def restore_segment(request: Call, segment_id: Number) -> shapes.Segment:
    """Use again what was put away; who is in it is found out anew."""
    async with entered(request) as (tx, viewer):
        await actions.restore(tx, viewer, number(segment_id))
        return await shown(tx, viewer, segment_id)


@get(
    "/segments/{segment_id:int}/members",
    operation_id="listSegmentMembers",
    response_description="A page of members.",
    summary="List who is in it",
    responses=LIST | ONE,
    tags=TAGS,
)
async def list_members(
    request: Call, segment_id: Number, limit: Limit = 50, cursor: Cursor = None
) -> shapes.SegmentMemberPage:
    """Those of its members whom you may see."""
    async with entered(request) as (tx, viewer):
        page = await queries.members(tx, viewer, number(segment_id), limit=limit, cursor=cursor)
    items = [shapes.SegmentMember(one.id, one.name, one.address, one.since) for one in page.items]
    return shapes.SegmentMemberPage(items, page.next)


def _segment(one: Known) -> shapes.Segment:
    return shapes.Segment(
        id=one.id,
        name=one.name,
        condition=one.condition,
        timezone=one.timezone,
        members=one.count.n if one.count else None,
        more=bool(one.count and not one.count.exact),
        filling=one.filling,
        created_at=one.created_at,
        changed_at=one.changed_at,
        archived_at=one.archived_at,
    )


def _fields(some: Iterable[Field]) -> list[shapes.SegmentField]:
    return [
        shapes.SegmentField(one.name, str(one.type), OPERATORS[one.type], [key for key, _words in one.choices])
        for one in some
    ]


HANDLERS = [
    list_segments,
    create_segment,
    list_fields,
    preview_segment,
    get_segment,
    change_segment,
    archive_segment,
    restore_segment,
    list_members,
]
