"""The channels, and who calls."""

from __future__ import annotations

from litestar import get

from madang.api.documented import LIST, ONE
from madang.api.door_shapes import Template, TemplateList
from madang.api.entry import Call, Number, entered, number
from madang.api.shapes import Channel, ChannelList, Me, Named
from madang.channels import queries as channels
from madang.channels import templates
from madang.channels.queries import ChannelRow
from madang.channels.templates import TemplateRow
from madang.lib.errors import NotFound
from madang.staff.permissions import PERMISSIONS, Viewer, permit


@get(
    "/channels",
    operation_id="listChannels",
    response_description="The channels.",
    summary="List channels",
    responses=LIST,
    tags=["Channels"],
)
async def list_channels(request: Call) -> ChannelList:
    """Every channel in use, of the brands you may see."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "conversation.read")
        rows = await channels.channels(tx)
    brands = viewer.scope.brands
    public_url: str = request.state.ground.settings.public_url
    return ChannelList([_channel(row, viewer, public_url) for row in rows if brands is None or row.brand_id in brands])


def _channel(row: ChannelRow, viewer: Viewer, public_url: str) -> Channel:
    return Channel(
        id=row.id,
        connector=row.connector,
        name=row.name,
        brand=Named(row.brand_id, row.brand_name),
        paused=row.paused_at is not None,
        problem=row.problem,
        hook=f"{public_url}/hooks/{row.key}" if viewer.may("channel.manage") else None,
    )


@get(
    "/channels/{channel_id:int}/templates",
    operation_id="listTemplates",
    response_description="The templates.",
    summary="List a channel's templates",
    responses=ONE,
    tags=["Channels"],
)
async def list_templates(request: Call, channel_id: Number) -> TemplateList:
    """The texts its provider has approved, or not yet, as they were when last asked."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "conversation.read")
        row = await channels.channel(tx, number(channel_id))
        brands = viewer.scope.brands
        if row.retired_at is not None or (brands is not None and row.brand_id not in brands):
            raise NotFound("There is no such channel.")
        found = await templates.of_channel(tx, row.id)
    return TemplateList([_template(one) for one in found])


def _template(row: TemplateRow) -> Template:
    return Template(row.id, row.name, row.language, row.body, row.state, row.places, row.problem, row.usable)


@get(
    "/me",
    operation_id="getMe",
    response_description="You.",
    summary="See who you are",
    responses=LIST,
    tags=["Who calls"],
)
async def get_me(request: Call) -> Me:
    """The token's name and role, and what it may do."""
    viewer = request.user
    may = sorted(PERMISSIONS[viewer.role])
    return Me("user" if viewer.actor.kind == "user" else "token", viewer.name, viewer.role, [str(verb) for verb in may])


HANDLERS = [list_channels, list_templates, get_me]
