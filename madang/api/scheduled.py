"""Answers that wait for their moment: what waits, and what is done with one before it goes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter

from madang.api import showing
from madang.api.conversations import Cursor, Limit, assignee_meant
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.scheduled_shapes import NewMoment, Scheduled, ScheduledList, ScheduledPage, TakenBack
from madang.api.shapes import Mark, Message, Named
from madang.conversations import actions, queries, scheduling, threads
from madang.conversations.scheduling import Waiting
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

TAGS = ["Scheduled answers"]
NAMES = {"later": "send_at", "key": "Idempotency-Key"}
AnswerKey = Annotated[
    str, PathParameter(max_length=100, description="The `key` of the answer, or `scheduled` of the message.")
]


@contextmanager
def named() -> Iterator[None]:
    """What is refused is named as programs know it."""
    try:
        yield
    except Refused as refused:
        if refused.field in NAMES:
            raise Refused(refused.message, NAMES[refused.field]) from None
        raise


@get(
    "/scheduled",
    operation_id="listScheduled",
    response_description="A page of them.",
    summary="What waits, everywhere",
    responses=LIST,
    tags=TAGS,
)
async def everywhere(
    request: Call,
    author: Annotated[
        str | None,
        QueryParameter(max_length=20, description="Only this colleague's (a number), `me`, or `none` for programs'."),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ScheduledPage:
    """The answers that wait in the conversations you may see, the next first."""
    async with entered(request) as (tx, viewer):
        whose = assignee_meant(viewer, author, "author") if author else None
        page = await scheduling.waiting_of(tx, viewer, whose, cursor=cursor, limit=limit)
    return ScheduledPage([_shown(one) for one in page.items], page.next)


@get(
    "/conversations/{conversation_id:int}/scheduled",
    operation_id="listScheduledOfConversation",
    response_description="The answers.",
    summary="What waits in a conversation",
    responses=ONE,
    tags=TAGS,
)
async def of_conversation(request: Call, conversation_id: Number) -> ScheduledList:
    """The answers that wait there for their moment, the next first."""
    async with entered(request) as (tx, viewer):
        await queries.one(tx, viewer, number(conversation_id))
        found = await scheduling.waiting(tx, viewer, conversation_id)
    return ScheduledList([_shown(one) for one in found])


@get(
    "/conversations/{conversation_id:int}/scheduled/{key:str}",
    operation_id="getScheduled",
    response_description="The answer.",
    summary="Look at one",
    responses=ONE,
    tags=TAGS,
)
async def look(request: Call, conversation_id: Number, key: AnswerKey) -> Scheduled:
    """One that waits. What has gone, or was taken back, is not there any more."""
    async with entered(request) as (tx, viewer):
        return _shown((await _waits(tx, viewer, conversation_id, key))[1])


@put(
    "/conversations/{conversation_id:int}/scheduled/{key:str}",
    operation_id="moveScheduled",
    response_description="The answer, with its new moment.",
    summary="Let it go at another moment",
    responses=CHANGE,
    tags=TAGS,
)
async def move(request: Call, conversation_id: Number, key: AnswerKey, data: JSONBody[NewMoment]) -> Scheduled:
    """Change its moment. One that was held waits again."""
    async with entered(request) as (tx, viewer):
        name, now = await _waits(tx, viewer, conversation_id, key)
        asks = now.asks if data.hold_on_news is None else data.hold_on_news
        with named():
            await actions.reschedule(tx, viewer, conversation_id, name, data.send_at, asks=asks)
        return _shown((await _waits(tx, viewer, conversation_id, key))[1])


@post(
    "/conversations/{conversation_id:int}/scheduled/{key:str}/departure",
    status_code=200,
    operation_id="sendScheduledNow",
    response_description="The message, on its way.",
    summary="Let it go now",
    responses=CHANGE,
    tags=TAGS,
)
async def now(request: Call, conversation_id: Number, key: AnswerKey) -> Message:
    """Wait no longer; one that was held goes too."""
    async with entered(request) as (tx, viewer):
        name, _found = await _waits(tx, viewer, conversation_id, key)
        message_id = await actions.send_now(tx, viewer, conversation_id, name)
        return showing.message(await threads.message(tx, viewer, message_id))


@delete(
    "/conversations/{conversation_id:int}/scheduled/{key:str}",
    status_code=200,
    operation_id="cancelScheduled",
    response_description="Its words.",
    summary="Take it back",
    responses=CHANGE,
    tags=TAGS,
)
async def cancel(request: Call, conversation_id: Number, key: AnswerKey) -> TakenBack:
    """It is not said. Its words are a draft again: yours, or its author's when a program takes it back."""
    async with entered(request) as (tx, viewer):
        name, found = await _waits(tx, viewer, conversation_id, key)
        back = await actions.take_back(tx, viewer, conversation_id, name)
        if back is None:
            raise NotFound("There is no such answer.")
    mine = Named(viewer.user_id, viewer.name) if viewer.user_id else None
    authors = Named(found.author_id, found.author) if found.author_id else None
    return TakenBack(back.text, back.subject, mine or authors)


async def _waits(tx: Tx, viewer: Viewer, conversation_id: int, key: str) -> tuple[uuid.UUID, Waiting]:
    """(its key, what waits under it); raises NotFound."""
    await queries.one(tx, viewer, number(conversation_id))
    try:
        name = uuid.UUID(key)
    except ValueError:
        name = None
    found = await scheduling.waiting_under(tx, viewer, conversation_id, name) if name else None
    if name is None or found is None:
        raise NotFound("No such answer waits here. It may be on its way, or was taken back.")
    return name, found


def _shown(one: Waiting) -> Scheduled:
    return Scheduled(
        key=one.key,
        conversation_id=one.conversation_id,
        customer=one.customer_name,
        text=one.text,
        author=one.author,
        author_id=one.author_id,
        channel=Mark(one.channel_id, one.connector, one.channel),
        send_at=one.at,
        hold_on_news=one.asks,
        state="held" if one.held else "waiting",
        customer_wrote=one.wrote,
    )


HANDLERS = [everywhere, of_conversation, look, move, now, cancel]
