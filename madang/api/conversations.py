"""Conversations: list, look, hand over, close."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import delete, get, post, put
from litestar.params import JSONBody, QueryParameter

from madang.api import showing
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.shapes import Conversation, ConversationPage, NewAssignee
from madang.channels import queries as channels
from madang.channels import registry
from madang.conversations import actions, queries
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most on one page, 1 to 100.")]
Cursor = Annotated[
    str | None, QueryParameter(max_length=400, description="`next` of the page before; without it, the first page.")
]


@get(
    "/conversations",
    operation_id="listConversations",
    response_description="A page of them.",
    summary="List conversations",
    responses=LIST,
    tags=["Conversations"],
)
async def list_conversations(
    request: Call,
    status: Annotated[
        Literal["open", "closed"] | None, QueryParameter(description="Only these; without it, both.")
    ] = None,
    channel: Annotated[
        str | None,
        QueryParameter(
            max_length=100,
            description="Only what went over this channel (its number) or this kind of channel (`email`).",
        ),
    ] = None,
    assignee: Annotated[
        str | None,
        QueryParameter(max_length=20, description="Only this colleague's (a number), `me`, or `none` for nobody's."),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ConversationPage:
    """The conversations you may see, the newest activity first."""
    async with entered(request) as (tx, viewer):
        page = await queries.list_conversations(
            tx,
            viewer,
            status=status,
            channel=await channels_meant(tx, channel) if channel else None,
            assignee=assignee_meant(viewer, assignee) if assignee else None,
            limit=limit,
            cursor=cursor,
        )
    return showing.conversations(page)


async def channels_meant(tx: Tx, wanted: str) -> list[int]:
    """The channels a filter means; retired ones too, because their conversations remain."""
    every = await channels.channels(tx, retired=True)
    found = [row.id for row in every if wanted in (str(row.id), row.connector)]
    if not found and wanted not in registry.names():
        kinds = ", ".join(registry.names())
        raise Refused(
            f"There is no channel {wanted!r}. Give a number of /api/v1/channels, or one of: {kinds}.", "channel"
        )
    return found


def assignee_meant(viewer: Viewer, wanted: str, field: str = "assignee") -> int | Literal["none"]:
    """Whom a filter means. Raises Refused."""
    if wanted == "none":
        return "none"
    if wanted == "me" and viewer.user_id is not None:
        return viewer.user_id
    if wanted == "me":
        raise Refused("A token is nobody's: give the number of a colleague, or none.", field)
    if not (wanted.isascii() and wanted.isdecimal()) or len(wanted) > 18:
        raise Refused("Give the number of a colleague, me, or none.", field)
    return int(wanted)


@get(
    "/conversations/{conversation_id:int}",
    operation_id="getConversation",
    response_description="The conversation.",
    summary="Look at one",
    responses=ONE,
    tags=["Conversations"],
)
async def get_conversation(request: Call, conversation_id: Number) -> Conversation:
    """One conversation; its messages are at `/messages`."""
    async with entered(request) as (tx, viewer):
        return showing.conversation(await queries.one(tx, viewer, number(conversation_id)))


@post(
    "/conversations/{conversation_id:int}/closure",
    status_code=200,
    operation_id="closeConversation",
    response_description="The conversation, closed.",
    summary="Close it",
    responses=CHANGE,
    tags=["Conversations"],
)
async def close(request: Call, conversation_id: Number) -> Conversation:
    """Close it: the matter is settled. Closing a closed one changes nothing."""
    async with entered(request) as (tx, viewer):
        await actions.close(tx, viewer, number(conversation_id))
        return showing.conversation(await queries.one(tx, viewer, conversation_id))


@delete(
    "/conversations/{conversation_id:int}/closure",
    status_code=200,
    operation_id="reopenConversation",
    response_description="The conversation, open.",
    summary="Open it again",
    responses=CHANGE,
    tags=["Conversations"],
)
async def reopen(request: Call, conversation_id: Number) -> Conversation:
    """Open it again. Opening an open one changes nothing."""
    async with entered(request) as (tx, viewer):
        await actions.reopen(tx, viewer, number(conversation_id))
        return showing.conversation(await queries.one(tx, viewer, conversation_id))


@put(
    "/conversations/{conversation_id:int}/assignee",
    operation_id="assignConversation",
    response_description="The conversation, handed over.",
    summary="Hand it over",
    responses=CHANGE,
    tags=["Conversations"],
)
async def assign(request: Call, conversation_id: Number, data: JSONBody[NewAssignee]) -> Conversation:
    """Hand it to a colleague, or with `null` to nobody."""
    if data.id is not None and not 0 < data.id < 2**63:
        raise Refused("There is no such colleague.", "id")
    async with entered(request) as (tx, viewer):
        await actions.assign(tx, viewer, number(conversation_id), data.id)
        return showing.conversation(await queries.one(tx, viewer, conversation_id))


HANDLERS = [list_conversations, get_conversation, close, reopen, assign]
