"""Say something, say it again, look at what came as it came, and do small things with it at the provider."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations import actions, collision, dry_run, provenance, queries, threads
from madang.conversations.actions import led
from madang.conversations.actions.acting import Verb, act
from madang.conversations.actions.draft import spend
from madang.conversations.actions.hold import MergedAway
from madang.conversations.inbox.actions.snoozing import snooze
from madang.conversations.scheduling import Later, after_undo
from madang.desk import crossed, macro_uses
from madang.desk.opened import house
from madang.desk.page import form_of, fragment, ground_of, number, page, who
from madang.desk.written import Written, addresses_of, key_of, moment_of
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import preferences


class Words(Written):
    """``key`` is a uuid made by the browser: the same one again is the same message.

    ``seen``: the newest message she had before her eyes; ``base``: the state of her draft that is sent with it.
    ``later``: the moment it is to leave, ISO 8601; ``asks``: not if the customer writes before. ``then``: ``close``
    closes the conversation with it, ``snooze`` waits ``until``.
    ``macro``: what goes along with it, used under the key ``run``.
    """

    key: str = ""
    kind: str = "reply"
    seen: str = ""
    base: str = ""
    later: str = ""
    asks: str = ""
    then: str = ""
    until: str = ""
    mention: list[str] = []
    macro: str = ""
    run: str = ""


@post("/c/{conversation_id:int}/messages", status_code=200)
async def say(request: Request[Any, Any, Any], conversation_id: FromPath[int]) -> Response[str]:
    """Queue a reply or keep a note; answers the message as it is drawn, or 409 with what a colleague said since.

    What she wrote before she heard that the conversation was merged into another is said there.
    """
    form = await form_of(request, Words)
    try:
        return await _say(request, conversation_id, form)
    except collision.Crossed as error:
        return await crossed.answer(request, error)


async def _say(
    request: Request[Any, Any, Any], conversation_id: int, form: Words, *, along: bool = False
) -> Response[str]:
    try:
        return await _said(request, conversation_id, form, along=along)
    except MergedAway as error:
        return await _say(request, error.into, form, along=True)


async def _said(request: Request[Any, Any, Any], conversation_id: int, form: Words, *, along: bool) -> Response[str]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        again = await actions.said_under(tx, viewer, conversation_id, key_of(form.key))
        if not again:
            await collision.check(tx, viewer, conversation_id, number(form.seen, "seen") or 0)
        made = await (_note if form.kind == "note" else _reply)(tx, viewer, conversation_id, form)
        if not again:
            if along:  # what she writes here stays
                await led.spend(tx, viewer, conversation_id, form.text)
            else:
                await spend(tx, viewer, conversation_id, form.text, number(form.base, "base"))
            await _then(tx, viewer, conversation_id, form)
        return await drawn(request, tx, viewer, made)


async def _then(tx: Tx, viewer: Viewer, conversation_id: int, form: Words) -> None:
    if macro := number(form.macro, "macro"):
        await macro_uses.use(tx, viewer, conversation_id, macro, form.run, said=True)
    if form.then == "close":
        await actions.close(tx, viewer, conversation_id)
    elif form.then == "snooze":
        await snooze(tx, viewer, [conversation_id], moment_of(form.until))


async def _note(tx: Tx, viewer: Viewer, conversation_id: int, form: Words) -> int:
    given: dict[str, Any] = {"client_key": key_of(form.key), "uploads": form.upload, "marks": True}
    return await actions.note(tx, viewer, conversation_id, text=form.text, **given)


async def _reply(tx: Tx, viewer: Viewer, conversation_id: int, form: Words) -> int:
    until = moment_of(form.until) if form.then == "snooze" else None
    if form.later:
        at = moment_of(form.later)
        later: Later | None = Later(at, asks=bool(form.asks), then=form.then, until=until)
    else:
        later = after_undo(await preferences(tx, viewer.user_id), form.then, until)
    copies = {name: addresses_of(getattr(form, name), name) for name in ("to", "cc", "bcc")}
    return await actions.reply(
        tx,
        viewer,
        conversation_id,
        text=form.text,
        client_key=key_of(form.key),
        channel_id=number(form.channel, "channel"),
        uploads=form.upload,
        subject=form.subject,
        sender=form.sender,
        buttons=form.buttons(),
        template=form.chosen(),
        private=bool(form.private),
        marks=True,
        later=later,
        **copies,
    )


@post("/messages/{message_id:int}/delivery", status_code=200)
async def again(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """Send a failed or unsure message again."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        await actions.retry(tx, viewer, message_id)
        return await drawn(request, tx, viewer, message_id)


class Doing(msgspec.Struct):
    """What to do at the provider."""

    verb: Verb


@post("/messages/{message_id:int}/acts", status_code=200)
async def do(request: Request[Any, Any, Any], message_id: FromPath[int]) -> Response[str]:
    """Hide her public words from others, or show them again; answers the message as it is drawn."""
    viewer, form, ground = who(request), await form_of(request, Doing), ground_of(request)
    await act(ground, request.app.state.book, viewer, message_id, form.verb)
    async with ground.database.begin() as tx:
        return await drawn(request, tx, viewer, message_id)


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


async def drawn(request: Request[Any, Any, Any], tx: Tx, viewer: Viewer, message_id: int) -> Response[str]:
    """A message as the open thread shows it."""
    message = await threads.message(tx, viewer, message_id)
    row = await queries.one(tx, viewer, message.conversation_id)
    context = await house(tx)
    return fragment(
        request, "desk/message.html", m=message, customer_name=row.customer_name, subject=row.subject, **context
    )
