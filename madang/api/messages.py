"""Messages: read a conversation, answer the customer, leave a note, download a file."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter
from litestar.response import Stream

from madang.api import idempotency, scheduled, showing
from madang.api.conversations import Cursor, Limit
from madang.api.documented import ONE, SAID
from madang.api.door_shapes import NewMessage, NewNote
from madang.api.entry import Call, Number, entered, number
from madang.api.idempotency import Key
from madang.api.shapes import Message, MessagePage
from madang.channels.connector import Button
from madang.conversations import actions, queries, scanning, threads
from madang.conversations.rows import Said
from madang.conversations.scheduling import Later
from madang.conversations.ways import ways
from madang.lib import downloads, paging
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

TAG = ["Messages"]
FileKey = Annotated[str, PathParameter(max_length=100, description="What the end of `href` says.")]


@get(
    "/conversations/{conversation_id:int}/messages",
    operation_id="listMessages",
    response_description="A page of them.",
    summary="Read a conversation",
    responses=ONE,
    tags=TAG,
)
async def list_messages(
    request: Call, conversation_id: Number, limit: Limit = 50, cursor: Cursor = None
) -> MessagePage:
    """The newest messages, the oldest of them first; `next` leads back to what was said before."""
    before = paging.decode(cursor, (int,))[0] if cursor else None
    async with entered(request) as (tx, viewer):
        await queries.one(tx, viewer, number(conversation_id))
        thread = await threads.thread(tx, viewer, conversation_id, before=before, limit=limit)
    items = [showing.message(one) for one in thread.items if isinstance(one, Said)]
    return MessagePage(items, paging.encode((thread.older,)) if thread.older else None)


@get(
    "/conversations/{conversation_id:int}/messages/{message_id:int}",
    operation_id="getMessage",
    response_description="The message.",
    summary="Look at one message",
    responses=ONE,
    tags=TAG,
)
async def get_message(request: Call, conversation_id: Number, message_id: Number) -> Message:
    """One message: how far it has come, for instance."""
    async with entered(request) as (tx, viewer):
        said = await threads.message(tx, viewer, number(message_id))
    if said.conversation_id != conversation_id:
        raise NotFound("There is no such message.")
    return showing.message(said)


@post(
    "/conversations/{conversation_id:int}/messages",
    operation_id="sendMessage",
    summary="Answer the customer",
    responses=SAID,
    tags=TAG,
)
async def send_message(
    request: Call, conversation_id: Number, data: JSONBody[NewMessage], idempotency_key: Key = None
) -> Response[Message]:
    """Queue an answer. It goes out at once, or at `send_at`; watch its `state`. With an Idempotency-Key a repeat is \
harmless. One that waits is moved and taken back under its key, `scheduled`."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "conversation.reply")
        channel_id = await _channel(tx, viewer, number(conversation_id), data.channel)
        key = idempotency.client_key(viewer, idempotency_key)
        with idempotency.used_once(), scheduled.named():
            message_id = await actions.reply(
                tx,
                viewer,
                conversation_id,
                text=data.text,
                client_key=key,
                channel_id=channel_id,
                buttons=[Button(one.label, one.value, one.url) for one in data.buttons],
                template=(data.template.id, data.template.values) if data.template else None,
                later=_later(data),
            )
        said = await threads.message(tx, viewer, message_id)
        said = idempotency.same(said, "out", said.text if data.template else data.text)
    return _created(said)


@post(
    "/conversations/{conversation_id:int}/notes",
    operation_id="addNote",
    summary="Leave a note",
    responses=SAID,
    tags=TAG,
)
async def add_note(
    request: Call, conversation_id: Number, data: JSONBody[NewNote], idempotency_key: Key = None
) -> Response[Message]:
    """Leave a note that only colleagues see."""
    async with entered(request) as (tx, viewer):
        key = idempotency.client_key(viewer, idempotency_key)
        with idempotency.used_once():
            message_id = await actions.note(tx, viewer, number(conversation_id), text=data.text, client_key=key)
        said = idempotency.same(await threads.message(tx, viewer, message_id), "note", data.text)
    return _created(said)


def _later(data: NewMessage) -> Later | None:
    if data.send_at is None and data.hold_on_news:
        raise Refused("Say with send_at when it is to go.", "hold_on_news")
    return Later(data.send_at, asks=data.hold_on_news) if data.send_at else None


def _created(said: Said) -> Response[Message]:
    where = f"/api/v1/conversations/{said.conversation_id}/messages/{said.id}"
    return Response(showing.message(said), status_code=201, headers={"location": where})


async def _channel(tx: Tx, viewer: Viewer, conversation_id: int, wanted: int | str | None) -> int | None:
    """The channel an answer is to go by; a kind of channel is the best way of that kind."""
    if isinstance(wanted, str) and wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
        wanted = int(wanted)
    if isinstance(wanted, int):
        if not 0 < wanted < 2**63:
            raise Refused("There is no such channel.", "channel")
        return wanted
    if wanted is None:
        return None
    await queries.one(tx, viewer, conversation_id)
    leading = await ways(tx, conversation_id)
    found = sorted(
        (way for way in leading if way.connector == wanted), key=lambda way: (not way.default, not way.reachable)
    )
    if not found:
        kinds = ", ".join(sorted({way.connector for way in leading})) or "none"
        raise Refused(f"No channel of this kind leads to the customer. These do: {kinds}.", "channel")
    return found[0].channel_id


@get(
    "/attachments/{key:str}",
    media_type="application/octet-stream",
    operation_id="getAttachment",
    summary="Download a file",
    response_description="The file, as an attachment.",
    responses=ONE,
    tags=TAG,
)
async def get_attachment(request: Call, key: FileKey) -> Stream:
    """A file of a message: its address is in the message, as `href`. A part of it by `Range`."""
    if "\0" in key:
        raise NotFound("There is no such file.")
    async with entered(request) as (tx, viewer):
        permit(viewer, "conversation.read")
        file = await threads.attachment(tx, viewer, key)
    if not file.sha256:
        raise NotFound("The file has not arrived from its provider yet. Try again shortly.")
    scanning.release(request.state.ground.settings, file)
    found = await downloads.download(request.state.ground.files, file.sha256, file.size, request.headers)
    headers = found.headers | {"content-disposition": downloads.named(file.name)}
    return Stream(found.parts, status_code=found.status, media_type=file.mime, headers=headers)


HANDLERS = [list_messages, get_message, send_message, add_note, get_attachment]
