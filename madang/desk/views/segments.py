"""Segments: the list, who is in one, and the editor in which a marketer asks for people row by row."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations.segments import actions, counting, queries
from madang.conversations.segments.fields import custom_names, vocabulary
from madang.conversations.segments.queries import Known
from madang.desk import segment_words as words
from madang.desk.letting_in import see
from madang.desk.page import form_of, fragment, ground_of, page, who
from madang.desk.segment_rows import EVENT, Asked, Form, Row, asked_of, changed
from madang.lib.conditions.reading import read
from madang.lib.conditions.values import Wrong
from madang.lib.conditions.vocabulary import Vocabulary
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]
HERE = "/segments"
FIRST = Asked("all", ("all",), (Row(),))


@get(HERE)
async def listed(request: AnyRequest) -> Response[str]:
    """Every segment in use with its condition in words; or what was put away."""
    viewer, archived = who(request), request.query_params.get("archived", "") == "1"
    async with ground_of(request).database.begin() as tx:
        found = await queries.segments(tx, viewer, archived=archived)
        known = await vocabulary(tx, viewer)
    rows = [(one, _rows(one, known)) for one in found]
    return page(request, "segments/list.html", rows=rows, known=known, archived=archived, words=words)


@get(f"{HERE}/{{segment_id:int}}")
async def opened(request: AnyRequest, segment_id: FromPath[int]) -> Response[str]:
    """One segment: its condition in words, and who is in it."""
    viewer, cursor = who(request), request.query_params.get("after") or None
    async with ground_of(request).database.begin() as tx:
        one = await queries.segment(tx, viewer, segment_id)
        members = await queries.members(tx, viewer, segment_id, cursor=cursor)
        known = await vocabulary(tx, viewer)
    asked = _rows(one, known)
    shown: dict[str, Any] = {"members": members, "asked": asked, "known": known, "later": cursor is not None}
    return page(request, "segments/segment.html", one=one, words=words, **shown)


@get(f"{HERE}/new")
async def new(request: AnyRequest) -> Response[str]:
    """The editor, with one row."""
    permit(who(request), "segment.manage")
    async with ground_of(request).database.begin() as tx:
        return page(request, "segments/editor.html", **await _editor(tx, who(request), FIRST), name="", one=None)


@post(f"{HERE}/new", status_code=200)
async def create(request: AnyRequest) -> Response[Any]:
    """Save a new segment; or one of the editor's own buttons."""
    return await _posted(request, 0)


@get(f"{HERE}/{{segment_id:int}}/edit")
async def edit(request: AnyRequest, segment_id: FromPath[int]) -> Response[str]:
    """The editor, with what is saved."""
    viewer = who(request)
    permit(viewer, "segment.manage")
    async with ground_of(request).database.begin() as tx:
        one = await queries.segment(tx, viewer, segment_id)
        editor = await _editor(tx, viewer, _rows(one, await vocabulary(tx, viewer)))
    return page(request, "segments/editor.html", **editor, name=one.name, one=one)


@post(f"{HERE}/{{segment_id:int}}/edit", status_code=200)
async def change(request: AnyRequest, segment_id: FromPath[int]) -> Response[Any]:
    """Save it; or one of the editor's own buttons."""
    return await _posted(request, segment_id)


@post(f"{HERE}/rows", status_code=200)
async def rows(request: AnyRequest) -> Response[str]:
    """The rows as they are after a choice or a button, for our script."""
    viewer, form = who(request), await form_of(request, Form)
    permit(viewer, "segment.manage")
    async with ground_of(request).database.begin() as tx:
        return fragment(request, "segments/_rows.html", **await _editor(tx, viewer, changed(form.asked(), form.do)))


@post(f"{HERE}/preview", status_code=200)
async def preview(request: AnyRequest) -> Response[str]:
    """How many the rows find, and some of them, for our script."""
    viewer, form = who(request), await form_of(request, Form)
    async with ground_of(request).database.begin() as tx:
        tree, places = form.asked().tree(await vocabulary(tx, viewer))
        try:
            found, wrong = await counting.preview(tx, viewer, tree), {}
        except Wrong as error:
            found, wrong = None, {_place(error, places): error.message}
    return fragment(request, "segments/_found.html", found=found, wrong=wrong)


@post(f"{HERE}/{{segment_id:int}}/archival", status_code=200)
async def archive(request: AnyRequest, segment_id: FromPath[int]) -> Response[Any]:
    """Put it away."""
    async with ground_of(request).database.begin() as tx:
        await actions.archive(tx, who(request), segment_id)
    return see(f"{HERE}/{segment_id}?done=away")


@post(f"{HERE}/{{segment_id:int}}/restoration", status_code=200)
async def restore(request: AnyRequest, segment_id: FromPath[int]) -> Response[Any]:
    """Take it back."""
    async with ground_of(request).database.begin() as tx:
        await actions.restore(tx, who(request), segment_id)
    return see(f"{HERE}/{segment_id}?done=restored")


async def _posted(request: AnyRequest, segment_id: int) -> Response[Any]:
    """A button of the editor: save, or show it again with a row more or less, or with what it finds."""
    viewer, form = who(request), await form_of(request, Form)
    permit(viewer, "segment.manage")
    asked = changed(form.asked(), form.do)
    found, errors, wrong = None, {}, {}
    async with ground_of(request).database.begin() as tx:
        one = await queries.segment(tx, viewer, segment_id) if segment_id else None
        tree, places = asked.tree(await vocabulary(tx, viewer))
        try:
            if form.do == "save":
                return see(f"{HERE}/{await _save(request, one, form.name, None if not form.what else tree)}?done=saved")
            if form.do == "try":
                found = await counting.preview(tx, viewer, tree)
        except Wrong as error:
            wrong[_place(error, places)] = error.message
        except Refused as error:
            errors[error.field or "form"] = error.message
        editor = await _editor(tx, viewer, asked, wrong)
    shown = {"name": form.name, "one": one, "found": found, "errors": errors}
    return page(request, "segments/editor.html", 400 if errors or wrong else 200, **(editor | shown))


async def _save(request: AnyRequest, one: Known | None, name: str, tree: Any) -> int:
    """In a transaction of its own; returns the segment's number. Without rows the condition stays what it is."""
    async with ground_of(request).database.begin() as tx:
        if one is None:
            return await actions.create(tx, who(request), name, tree or {"all": []})
        await actions.change(tx, who(request), one.id, name=name, condition=tree)
        return one.id


async def _editor(tx: Tx, viewer: Viewer, asked: Asked | None, wrong: dict[int, str] | None = None) -> dict[str, Any]:
    """What the editor is drawn with. ``asked`` None: a condition that is no list of groups."""
    known = await vocabulary(tx, viewer)
    return {
        "asked": asked,
        "known": known,
        "own": await custom_names(tx, viewer),
        "words": words,
        "event": EVENT,
        "wrong": wrong or {},
        "errors": {},
        "found": None,
    }


def _rows(one: Known, known: Vocabulary) -> Asked | None:
    try:
        return asked_of(read(one.condition, known))
    except Wrong:  # a channel that is gone: it can be shown by a program only
        return None


def _place(error: Wrong, places: dict[str, int]) -> int:
    """The row an error speaks of, -1 for the whole."""
    found = [row for place, row in places.items() if error.field == place or error.field.startswith(f"{place}.")]
    return found[0] if found else -1
