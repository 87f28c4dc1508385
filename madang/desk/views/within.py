"""Inside one conversation: words found in it, its words and files taken out, who looks at it and who may."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, put
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from madang.conversations import finding_in, queries, scanning, taken_out
from madang.conversations.inbox import mentions
from madang.conversations.taken_out import Kept
from madang.desk.exchange import HEADERS
from madang.desk.page import form_of, fragment, ground_of, language_of, who
from madang.desk.transcript import transcript
from madang.events.stream import whisper
from madang.ground import Ground
from madang.lib import zips
from madang.lib.downloads import named
from madang.lib.errors import NotFound
from madang.lib.files import Files, Missing
from madang.lib.language import gettext, speaking
from madang.lib.language import marked as _
from madang.lib.moments import hue, initials

AnyRequest = Request[Any, Any, Any]
LEFT_OUT = _("Left out.txt")


@get("/c/{conversation_id:int}/find")
async def find(
    request: AnyRequest, conversation_id: FromPath[int], q: Annotated[str, QueryParameter(max_length=200)] = ""
) -> dict[str, Any]:
    """The messages that say it, the newest first."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        ids, more = await finding_in.find(tx, viewer, row.id, q)
    return {"ids": ids, "more": more}


@get("/c/{conversation_id:int}/text")
async def text(
    request: AnyRequest,
    conversation_id: FromPath[int],
    message: Annotated[list[int] | None, QueryParameter(max_items=500)] = None,
) -> Response[str]:
    """The conversation, or some of its messages, as plain text."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        found = await taken_out.words(tx, viewer, row.id, message or ())
    with speaking(language_of(request), viewer.timezone):
        made = transcript(found, row.customer_name)
    return Response(made, media_type="text/plain; charset=utf-8", headers=dict(HEADERS))


@get("/c/{conversation_id:int}/files")
async def files(
    request: AnyRequest, conversation_id: FromPath[int], every: FromQuery[bool] = False
) -> list[dict[str, Any]]:
    """Its files, those anybody may have now, in order; with ``every`` also what is held back."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        found = await taken_out.files(tx, viewer, row.id)
    free = [one.file for one in found if every or not _held(ground, one)]
    return [{"key": one.key, "name": one.name, "mime": one.mime, "message": one.message_id} for one in free]


@get("/c/{conversation_id:int}/files.zip")
async def all_files(request: AnyRequest, conversation_id: FromPath[int]) -> Stream:
    """All its files in one; what is held back is left out, and a list says so."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        found = await taken_out.files(tx, viewer, row.id)
    if not found:
        raise NotFound(gettext("There are no files in this conversation."))
    with speaking(language_of(request), viewer.timezone):
        held = [(one, why) for one in found if (why := _held(ground, one))]
        left = [f"{one.file.name}: {why}" for one, why in held]
        name, lost = gettext(LEFT_OUT), gettext(_("This file has been lost."))
    free = [one for one in found if not _held(ground, one)]
    entries = _entries(ground.files, free, left, name, lost)
    headers = HEADERS | {"Content-Disposition": named(f"{row.customer_name or row.id}-{row.id}.zip")}
    return Stream(zips.zipped(entries), media_type="application/zip", headers=headers)


def _held(ground: Ground, one: Kept) -> str:
    """Why nobody may have it now; '' when everybody may."""
    if not one.file.sha256:
        return gettext(_("Being fetched from the provider"))
    try:
        scanning.release(ground.settings, one.file)
    except NotFound as error:
        return error.message
    return ""


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of the store as a member of the archive; the first part is in hand."""

    name: str
    size: int
    at: datetime
    first: bytes
    rest: AsyncIterator[bytes]

    async def parts(self) -> AsyncIterator[bytes]:
        yield self.first
        async for part in self.rest:
            yield part


async def _entries(store: Files, free: Sequence[Kept], left: list[str], name: str, lost: str) -> AsyncIterator[_Member]:
    """What can be read, and at the end the list of what was left out."""
    names = zips.single(iter([*(one.file.name for one in free), name]))
    for one in free:
        called, parts = next(names), store.stream(one.file.sha256, 0, one.file.size)
        try:
            first = await anext(parts, b"")
        except Missing:
            left.append(f"{one.file.name}: {lost}")
            continue
        yield _Member(called, one.file.size, one.at, first, parts)
    if left:
        said = "\r\n".join(left).encode()
        yield _Member(next(names), len(said), free[-1].at if free else datetime(2026, 1, 1), said, _nothing())


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


@get("/c/{conversation_id:int}/colleagues", whole="/c/{conversation_id}")
async def colleagues(request: AnyRequest, conversation_id: FromPath[int]) -> Response[str]:
    """Whom a note in it can name."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        found = await mentions.nameable(tx, viewer, row.id)
    return fragment(request, "desk/colleagues.html", found=found)


class Looking(msgspec.Struct):
    """``come`` asks who else is there, ``here`` answers, ``gone`` says good-bye."""

    state: Literal["come", "here", "gone"] = "here"


@put("/c/{conversation_id:int}/looking", status_code=204)
async def looking(request: AnyRequest, conversation_id: FromPath[int]) -> None:
    """Tell the colleagues that somebody looks at it. Not kept."""
    viewer, form = who(request), await form_of(request, Looking)
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        face = {"name": viewer.name, "initials": initials(viewer.name), "hue": hue(viewer.name)}
        await whisper(tx, "looking", conversation=row.id, who=str(viewer.actor), state=form.state, **face)
