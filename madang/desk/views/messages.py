"""Say something, say it again, look at what came as it came, and do small things with it at the provider."""

from __future__ import annotations

import re
import uuid
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from madang.conversations import actions, dry_run, provenance, queries, threads
from madang.conversations.actions.acting import Verb, act
from madang.desk.opened import house
from madang.desk.page import form_of, fragment, ground_of, number, page, who
from madang.desk.written import Written
from madang.lib.errors import Refused
from madang.lib.html import sanitise
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

ADDRESS = re.compile(r"[^@<>\"\\]{1,64}@[^@<>\"\\.]+(?:\.[^@<>\"\\.]+)+")

# A sandbox without scripts and a policy that loads nothing: even what the sanitiser let through could do nothing.
# Its own origin only lets the browser show its cookie when it fetches inline pictures.
MAIL_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


class Words(Written):
    """``key`` is a uuid made by the browser: the same one again is the same message."""

    key: str = ""
    kind: str = "reply"
    cc: str = ""


@post("/c/{conversation_id:int}/messages", status_code=200)
async def say(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> Response[str]:
    """Queue a reply or keep a note; answers the message as it is drawn."""
    viewer, form = who(request), await form_of(request, Words)
    key, channel = _key(form.key), number(form.channel, "channel")
    async with ground_of(request).database.begin() as tx:
        if form.kind == "note":
            made = await actions.note(tx, viewer, conversation_id, text=form.text, client_key=key, uploads=form.upload)
        else:
            made = await actions.reply(
                tx,
                viewer,
                conversation_id,
                text=form.text,
                client_key=key,
                channel_id=channel,
                uploads=form.upload,
                cc=_addresses(form.cc),
                buttons=form.buttons(),
                template=form.chosen(),
                private=bool(form.private),
            )
        return await _drawn(request, tx, viewer, made)


@post("/messages/{message_id:int}/delivery", status_code=200)
async def again(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """Send a failed or unsure message again."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        await actions.retry(tx, viewer, message_id)
        return await _drawn(request, tx, viewer, message_id)


class Doing(msgspec.Struct):
    """What to do at the provider."""

    verb: Verb


@post("/messages/{message_id:int}/acts", status_code=200)
async def do(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """Hide her public words from others, or show them again; answers the message as it is drawn."""
    viewer, form, ground = who(request), await form_of(request, Doing), ground_of(request)
    await act(ground, request.app.state.book, viewer, message_id, form.verb)
    async with ground.database.begin() as tx:
        return await _drawn(request, tx, viewer, message_id)


@get("/messages/{message_id:int}/versions", whole="/")
async def versions(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """What it said before it was edited."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        found = await provenance.versions(tx, viewer, message_id)
    return fragment(request, "desk/versions.html", versions=found)


@get("/messages/{message_id:int}/original")
async def original(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """The raw delivery out of which the message was read, for leads."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        raw = await provenance.original(tx, ground.files, viewer, message_id)
        message = await threads.message(tx, viewer, message_id)
    return page(request, "desk/original.html", m=message, body=dry_run.readable(raw))


@get("/messages/{message_id:int}/mail")
async def mail(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """The mail as it was written, made harmless, for a sandboxed frame."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        raw = await threads.message_html(tx, viewer, message_id)
        message = await threads.message(tx, viewer, message_id)
    inline = {file.content_id: f"/files/{file.key}" for file in message.attachments if file.content_id}
    safe = Markup(sanitise(raw, cid=inline.get))  # noqa: S704 - made harmless, and shown where nothing runs
    made = fragment(request, "desk/mail.html", html=safe)
    made.headers["Content-Security-Policy"] = MAIL_POLICY
    return made


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise Refused(_("This message has no valid key. Reload the page and send it again."), "key") from None


def _addresses(text: str) -> list[str]:
    """Mail addresses by comma, semicolon or space."""
    found = list(dict.fromkeys(re.split(r"[,;\s]+", text.strip()))) if text.strip() else []
    if len(found) > 20 or not all(ADDRESS.fullmatch(address) for address in found):
        raise Refused(_("One of the addresses for a copy is no mail address. Correct it and send again."), "cc")
    return found


async def _drawn(request: Request[Any, Any, Any], tx: Tx, viewer: Viewer, message_id: int) -> Response[str]:
    message = await threads.message(tx, viewer, message_id)
    row = await queries.one(tx, viewer, message.conversation_id)
    context = await house(tx)
    return fragment(
        request, "desk/message.html", m=message, customer_name=row.customer_name, subject=row.subject, **context
    )
