"""What is done with many conversations at once, or with the one that is open; and undone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.params import FromPath, QueryParameter

from madang.conversations.inbox import lists
from madang.conversations.inbox.actions import batches, filling
from madang.conversations.inbox.actions.holding import MOST, Done, Step
from madang.conversations.inbox.fields import used_tags
from madang.conversations.inbox.when import NotATime, presets, when
from madang.desk.batch_words import told
from madang.desk.inbox_shown import shown
from madang.desk.page import form_of, fragment, ground_of, number, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _

AnyRequest = Request[Any, Any, Any]


class Batch(msgspec.Struct):
    """``verb`` with ``value`` on these, or with ``everything`` on all of a list, which is said as its address is."""

    verb: str = ""
    value: str = ""
    id: list[str] = []
    everything: str = ""
    view: str = ""
    f: list[str] = []
    sort: str = ""


class Back(msgspec.Struct):
    """The way back as the answer to a batch said it."""

    steps: str = ""


class Answer(msgspec.Struct):
    """What became of it, in words; the way back for :class:`Back`, '' when there is none."""

    said: str
    undo: str
    done: list[int]
    refused: list[int]


class Filled(msgspec.Struct):
    """One field of the company's own."""

    field: str = ""
    value: str = ""


@post("/batches", status_code=200)
async def do(request: AnyRequest) -> Answer:
    """Do it to all of them, in one transaction."""
    viewer, form = who(request), await form_of(request, Batch)
    async with ground_of(request).database.begin() as tx:
        ids = [number(one, "id") or 0 for one in form.id]
        if form.everything:
            one = await shown(tx, viewer, form.view, form.f or None, form.sort)
            ids = await lists.ids(tx, viewer, one.asked, MOST)
        done = await batches.do(tx, viewer, form.verb, ids, form.value)
        names = await told(tx, viewer, form.verb, form.value, done)
    return _answer(done, names)


@post("/batches/undo", status_code=200)
async def undo(request: AnyRequest) -> Answer:
    """Take it back, as far as nobody has changed it since."""
    viewer, form = who(request), await form_of(request, Back)
    try:
        steps = msgspec.json.decode(form.steps, type=list[Step])
    except msgspec.DecodeError:
        raise Refused(_("This cannot be undone any more.")) from None
    async with ground_of(request).database.begin() as tx:
        done = await batches.undo(tx, viewer, steps)
        names = await told(tx, viewer, "undo", "", done)
    return _answer(done, names)


@get("/times", whole="/")
async def times(request: AnyRequest, q: Annotated[str, QueryParameter(max_length=100)] = "") -> Response[str]:
    """Moments until which something may be snoozed; with ``q`` what these words mean, or nothing."""
    viewer, now = who(request), datetime.now(UTC)
    offers: list[tuple[str, datetime]] = []
    past = False
    if q.strip():
        try:
            at = when(q, now, viewer.timezone)
            past = at <= now
            offers = [] if past else [("", at)]
        except NotATime:
            pass
    else:
        offers = presets(now, viewer.timezone)
    return fragment(request, "desk/snooze_times.html", offers=offers, q=q.strip(), past=past)


@get("/tags", whole="/")
async def tags(request: AnyRequest) -> Response[str]:
    """Tags lately in use in what the viewer sees, to choose from."""
    async with ground_of(request).database.begin() as tx:
        some = await used_tags(tx, who(request))
    return fragment(request, "desk/known_tags.html", tags=some)


@put("/c/{conversation_id:int}/fields", status_code=204)
async def fill_in(request: AnyRequest, conversation_id: FromPath[int]) -> None:
    """Fill in one field of the company's own."""
    viewer, form = who(request), await form_of(request, Filled)
    async with ground_of(request).database.begin() as tx:
        await filling.fill_in(tx, viewer, conversation_id, {form.field: form.value})


def _answer(done: Done, said: str) -> Answer:
    steps = msgspec.json.encode(done.undo).decode() if done.undo else ""
    return Answer(said, steps, done.changed, list(done.refused))
