"""How conversations are handled: priority, snoozing, followers; and the views people keep of them."""

from __future__ import annotations

from collections.abc import Awaitable

from litestar import delete, get, put
from litestar.params import JSONBody

from madang.api import handling_shapes as shapes
from madang.api import showing
from madang.api.conversations import Cursor, Limit
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.shapes import Conversation, ConversationPage
from madang.conversations import queries
from madang.conversations.inbox import lists, views
from madang.conversations.inbox.actions import following, handing, snoozing
from madang.conversations.inbox.actions.holding import Done
from madang.conversations.inbox.fields import vocabulary
from madang.conversations.inbox.handled import followers
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

TAGS = ["Conversations"]
VIEWS = ["Views"]


async def _done(tx: Tx, viewer: Viewer, conversation_id: int, doing: Awaitable[Done]) -> Conversation:
    """The conversation after a verb; why it could not be done is the answer."""
    done = await doing
    row = await queries.one(tx, viewer, conversation_id)  # what she does not see is not there
    if done.refused:
        raise Refused(next(iter(done.refused.values())))
    return showing.conversation(row)


@put(
    "/conversations/{conversation_id:int}/priority",
    operation_id="prioritiseConversation",
    response_description="The conversation.",
    summary="Say how much it hurries",
    responses=CHANGE,
    tags=TAGS,
)
async def prioritise(request: Call, conversation_id: Number, data: JSONBody[shapes.NewPriority]) -> Conversation:
    """Set its priority: 0 low, 1 normal, 2 high, 3 urgent."""
    async with entered(request) as (tx, viewer):
        one = number(conversation_id)
        return await _done(tx, viewer, one, handing.prioritise(tx, viewer, [one], data.priority))


@put(
    "/conversations/{conversation_id:int}/snooze",
    operation_id="snoozeConversation",
    response_description="The conversation, snoozed.",
    summary="Snooze it",
    responses=CHANGE,
    tags=TAGS,
)
async def snooze(request: Call, conversation_id: Number, data: JSONBody[shapes.NewSnooze]) -> Conversation:
    """Take it out of the lists until a moment. What the customer writes before ends it."""
    async with entered(request) as (tx, viewer):
        one = number(conversation_id)
        return await _done(tx, viewer, one, snoozing.snooze(tx, viewer, [one], data.until))


@delete(
    "/conversations/{conversation_id:int}/snooze",
    status_code=200,
    operation_id="wakeConversation",
    response_description="The conversation, back in the lists.",
    summary="End its snooze",
    responses=CHANGE,
    tags=TAGS,
)
async def wake(request: Call, conversation_id: Number) -> Conversation:
    """Bring it back into the lists. One that is not snoozed stays as it is."""
    async with entered(request) as (tx, viewer):
        one = number(conversation_id)
        return await _done(tx, viewer, one, snoozing.wake(tx, viewer, [one]))


@get(
    "/conversations/{conversation_id:int}/followers",
    operation_id="listFollowers",
    response_description="The colleagues.",
    summary="Who follows it",
    responses=ONE,
    tags=TAGS,
)
async def list_followers(request: Call, conversation_id: Number) -> shapes.Followers:
    """The colleagues who hear of it though it is not theirs."""
    async with entered(request) as (tx, viewer):
        await queries.one(tx, viewer, number(conversation_id))
        return shapes.Followers([shapes.Follower(*one) for one in await followers(tx, viewer, conversation_id)])


@put(
    "/conversations/{conversation_id:int}/followers/{user_id:int}",
    operation_id="followConversation",
    response_description="The conversation.",
    summary="Let a colleague follow it",
    responses=CHANGE,
    tags=TAGS,
)
async def follow(request: Call, conversation_id: Number, user_id: Number) -> Conversation:
    """Let a colleague hear of it. Twice is once."""
    async with entered(request) as (tx, viewer):
        one = number(conversation_id)
        return await _done(tx, viewer, one, following.follow(tx, viewer, [one], number(user_id)))


@delete(
    "/conversations/{conversation_id:int}/followers/{user_id:int}",
    status_code=200,
    operation_id="unfollowConversation",
    response_description="The conversation.",
    summary="Let a colleague follow it no more",
    responses=CHANGE,
    tags=TAGS,
)
async def leave(request: Call, conversation_id: Number, user_id: Number) -> Conversation:
    """Let a colleague hear of it no more."""
    async with entered(request) as (tx, viewer):
        one = number(conversation_id)
        return await _done(tx, viewer, one, following.follow(tx, viewer, [one], number(user_id), on=False))


@get(
    "/views",
    operation_id="listViews",
    response_description="The views.",
    summary="List the views of the inbox",
    responses=LIST,
    tags=VIEWS,
)
async def list_views(request: Call) -> shapes.ViewList:
    """The saved views you may see: shared ones, your teams', and your own."""
    async with entered(request) as (tx, viewer):
        return shapes.ViewList([_view(one) for one in await views.saved(tx, viewer)])


@get(
    "/views/{view_id:int}/conversations",
    operation_id="listConversationsOfView",
    response_description="A page of them, in the order of the view.",
    summary="What a view shows",
    responses=ONE,
    tags=VIEWS,
)
async def list_of_view(request: Call, view_id: Number, limit: Limit = 50, cursor: Cursor = None) -> ConversationPage:
    """The conversations of a view that you may see."""
    async with entered(request) as (tx, viewer):
        saved = await views.one(tx, viewer, number(view_id))
        asked = views.asked(saved, await vocabulary(tx, viewer))
        if asked is None:
            raise NotFound("This view asks for what is not there any more.")
        return showing.conversations(await lists.page(tx, viewer, asked, limit=limit, cursor=cursor))


def _view(one: views.Saved) -> shapes.View:
    return shapes.View(one.id, one.name, one.shared, one.team_id, one.condition, one.sort)


HANDLERS = [prioritise, snooze, wake, list_followers, follow, leave, list_views, list_of_view]
