"""Drafts: what somebody has begun and not sent. Hers alone, so only a token that speaks for a person has any."""

from __future__ import annotations

import re

from litestar import delete, get, put
from litestar.params import JSONBody

from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.scheduled_shapes import Draft, DraftLine, DraftList, NewDraft
from madang.conversations import actions, drafts, queries
from madang.conversations.actions.draft import forget_other
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

TAGS = ["Drafts"]
STAY = ("files", "buttons", "sender", "private", "plan")  # what waits with it and is not the API's to change
NOBODYS = (
    "This token is nobody's, and a draft is somebody's. Make one that speaks for a person: "
    "madang token create --user MAIL."
)


@get(
    "/drafts",
    operation_id="listDrafts",
    response_description="The drafts.",
    summary="List your drafts",
    responses=LIST,
    tags=TAGS,
)
async def every(request: Call) -> DraftList:
    """What you have begun and not sent, the newest first."""
    async with entered(request) as (tx, viewer):
        _somebody(viewer)
        found = await drafts.every(tx, viewer)
    lines = [
        DraftLine(one.conversation_id, one.customer_name, one.text, "note" if one.kind == "note" else "reply", one.at)
        for one in found
    ]
    return DraftList(lines)


@get(
    "/conversations/{conversation_id:int}/draft",
    operation_id="getDraft",
    response_description="The draft.",
    summary="Read your draft",
    responses=ONE,
    tags=TAGS,
)
async def read(request: Call, conversation_id: Number) -> Draft:
    """What you have begun there. Nobody else's draft is ever shown."""
    async with entered(request) as (tx, viewer):
        await _permitted(tx, viewer, conversation_id)
        return await _shown(tx, viewer, conversation_id)


@put(
    "/conversations/{conversation_id:int}/draft",
    operation_id="putDraft",
    response_description="The draft, as it is kept.",
    summary="Keep a draft",
    responses=CHANGE,
    tags=TAGS,
)
async def keep(request: Call, conversation_id: Number, data: JSONBody[NewDraft]) -> Draft:
    """Keep what you have begun; it stands in your composer. The same again changes nothing but its `rev`."""
    if not data.text.replace("\0", "").strip():
        raise Refused("There is nothing in it. To empty a draft, delete it.", "text")
    async with entered(request) as (tx, viewer):
        await _permitted(tx, viewer, conversation_id)
        before = (await drafts.of(tx, viewer, conversation_id)).data
        beside = {name: before[name] for name in STAY if before.get(name)}
        given = {"channel": data.channel, "subject": data.subject, "to": data.to, "cc": data.cc, "bcc": data.bcc}
        words = data.text.replace("\0", "")
        await actions.save_draft(tx, viewer, conversation_id, words, data.kind, beside | given, data.base)
        return await _shown(tx, viewer, conversation_id)


@delete(
    "/conversations/{conversation_id:int}/draft",
    status_code=204,
    operation_id="deleteDraft",
    summary="Drop your draft",
    response_description="It is gone.",
    responses=CHANGE,
    tags=TAGS,
)
async def drop(request: Call, conversation_id: Number) -> None:
    """Let go of what you have begun there. Without a draft nothing happens."""
    async with entered(request) as (tx, viewer):
        await _permitted(tx, viewer, conversation_id)
        await forget_other(tx, viewer, conversation_id)  # else it would take its place
        await actions.save_draft(tx, viewer, conversation_id, "")


def _somebody(viewer: Viewer) -> None:
    permit(viewer, "conversation.reply")
    if viewer.user_id is None:
        raise Refused(NOBODYS)


async def _permitted(tx: Tx, viewer: Viewer, conversation_id: int) -> None:
    await queries.one(tx, viewer, number(conversation_id))
    _somebody(viewer)


async def _shown(tx: Tx, viewer: Viewer, conversation_id: int) -> Draft:
    found = await drafts.of(tx, viewer, conversation_id)
    data = found.data
    if not found.text and not data.get("files"):
        raise NotFound("You have no draft in this conversation.")
    return Draft(
        conversation_id=conversation_id,
        text=found.text,
        kind="note" if found.kind == "note" else "reply",
        channel=data.get("channel"),
        subject=data.get("subject") or "",
        to=_addresses(data.get("to")),
        cc=_addresses(data.get("cc")),
        bcc=_addresses(data.get("bcc")),
        files=[str(one.get("name", "")) for one in data.get("files") or ()],
        rev=data.get("rev", 0),
        other=(data.get("other") or {}).get("text"),
    )


def _addresses(kept: list[str] | str | None) -> list[str]:
    """As a list, however they are kept: the composer keeps them as they are written."""
    return re.findall(r"[^,;\s]+", kept) if isinstance(kept, str) else list(kept or ())


HANDLERS = [every, read, keep, drop]
