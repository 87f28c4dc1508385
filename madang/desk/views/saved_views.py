"""Filters of the list as they are edited, and the views that keep them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, QueryParameter

from madang.conversations.inbox import fields, views
from madang.conversations.inbox.actions import keeping
from madang.conversations.inbox.actions.keeping import For
from madang.desk.filter_words import editor, groups
from madang.desk.inbox_shown import shown
from madang.desk.page import form_of, fragment, ground_of, number, who
from madang.lib.conditions.reading import write
from madang.lib.errors import NotFound
from madang.staff.queries import teams

AnyRequest = Request[Any, Any, Any]
Said = Annotated[str, QueryParameter(max_length=2_000)]


class View(msgspec.Struct):
    """A list to be kept: said as its address is. ``whose``: me, all, or the number of a team."""

    name: str = ""
    whose: str = "me"
    view: str = ""
    f: list[str] = []
    sort: str = ""


class Kept(msgspec.Struct):
    """How addresses name it."""

    key: str


@get("/filters", whole="/")
async def offered(request: AnyRequest) -> Response[str]:
    """What may be asked for."""
    async with ground_of(request).database.begin() as tx:
        known = await fields.vocabulary(tx, who(request))
    return fragment(request, "desk/filters.html", groups=groups(known))


@get("/filters/{name:str}", whole="/")
async def edited(request: AnyRequest, name: FromPath[str], f: Said = "") -> Response[str]:
    """One filter to be: ``f`` is what it says now."""
    async with ground_of(request).database.begin() as tx:
        known = await fields.named(tx, who(request))
    field = known.find(name)
    if field is None:
        raise NotFound("There is no such filter.")
    op, _sep, values = f.partition(":")[2].partition(":")
    some = [unquote(one) for one in values.split(",")] if values else []
    return fragment(request, "desk/filter.html", edit=editor(field, op, some), said=f)


@get("/views/new", whole="/")
async def blank(request: AnyRequest, view: Said = "") -> Response[str]:
    """A view to be kept, or one to be changed."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        one = await shown(tx, viewer, view)
        some = await teams(tx) if viewer.may("view.manage") else []
    return fragment(request, "desk/view.html", saved=one.saved, teams=some)


@post("/views", status_code=200)
async def keep(request: AnyRequest) -> Kept:
    """Keep the list as it is shown."""
    viewer, form = who(request), await form_of(request, View)
    async with ground_of(request).database.begin() as tx:
        one = await shown(tx, viewer, form.view, form.f or None, form.sort)
        condition = write(views.kept_as(one.asked))
        made = await keeping.save(tx, viewer, form.name, condition, one.sort, _whose(form.whose))
    return Kept(f"{views.PREFIX}{made}")


@put("/views/{view_id:int}", status_code=200)
async def change(request: AnyRequest, view_id: FromPath[int]) -> Kept:
    """Keep it as it is shown now; with a name, under that, and for whom."""
    viewer, form = who(request), await form_of(request, View)
    async with ground_of(request).database.begin() as tx:
        if form.name:
            await keeping.change(tx, viewer, view_id, name=form.name, whose=_whose(form.whose))
        else:
            one = await shown(tx, viewer, form.view, form.f or None, form.sort)
            condition = write(views.kept_as(one.asked))
            await keeping.change(tx, viewer, view_id, condition=condition, sort=one.sort)
    return Kept(f"{views.PREFIX}{view_id}")


@delete("/views/{view_id:int}", status_code=204)
async def archive(request: AnyRequest, view_id: FromPath[int]) -> None:
    """Show it no longer."""
    async with ground_of(request).database.begin() as tx:
        await keeping.archive(tx, who(request), view_id)


@post("/views/{view_id:int}/restoration", status_code=204)
async def restore(request: AnyRequest, view_id: FromPath[int]) -> None:
    """Undo that."""
    async with ground_of(request).database.begin() as tx:
        await keeping.restore(tx, who(request), view_id)


def _whose(given: str) -> For:
    if given in ("me", "all"):
        return given  # type: ignore[return-value]
    return number(given, "whose") or 0
