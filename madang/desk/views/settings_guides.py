"""Settings > Guides: the list, and the editor with its preview."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.brands.queries import brands
from madang.channels.registry import entries
from madang.desk.guide_items import WORDS, Form, changed, form_of_guide
from madang.desk.letting_in import see
from madang.desk.page import form_of, fragment, ground_of, number, page, who
from madang.guides import actions, queries
from madang.guides.fitting import GuideRow, Item
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]
HERE = "/settings/guides"


@get(HERE)
async def listed(request: AnyRequest, archived: FromQuery[str] = "") -> Response[str]:
    """Those in use, or those that were put away."""
    viewer, away = _allowed(request), archived == "1"
    async with ground_of(request).database.begin() as tx:
        rows = await queries.guides(tx, viewer, archived=away)
        names = await _brands(tx, viewer)
    return page(request, "settings/guides.html", rows=rows, archived=away, brands=names, titles=_titles())


@get(f"{HERE}/new")
async def blank(request: AnyRequest) -> Response[str]:
    """A guide to be."""
    viewer = _allowed(request)
    first = [Item("", "heading", ""), Item("", "ask", ""), Item("", "check", "")]
    async with ground_of(request).database.begin() as tx:
        return page(request, "settings/guide.html", **await _editor(tx, viewer, Form(), first))


@post(f"{HERE}/new", status_code=200)
async def create(request: AnyRequest) -> Response[Any]:
    """Make it; or one of the editor's own buttons."""
    return await _posted(request, 0)


@get(f"{HERE}/{{guide_id:int}}")
async def shown(request: AnyRequest, guide_id: FromPath[int]) -> Response[str]:
    """One guide."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        one = await queries.guide(tx, viewer, guide_id)
        editor = await _editor(tx, viewer, form_of_guide(one), list(one.items), one)
    return page(request, "settings/guide.html", **editor)


@post(f"{HERE}/{{guide_id:int}}", status_code=200)
async def change(request: AnyRequest, guide_id: FromPath[int]) -> Response[Any]:
    """Set all of it; or one of the editor's own buttons."""
    return await _posted(request, guide_id)


@post(f"{HERE}/items", status_code=200)
async def items(request: AnyRequest) -> Response[str]:
    """The items after a button, for our script."""
    viewer, form = _allowed(request), await form_of(request, Form)
    async with ground_of(request).database.begin() as tx:
        editor = await _editor(tx, viewer, form, changed(form.items(), form.act))
    return fragment(request, "settings/_guide_items.html", **editor)


@post(f"{HERE}/preview", status_code=200)
async def look(request: AnyRequest) -> Response[str]:
    """The guide as it stands beside a conversation, for our script."""
    viewer, form = _allowed(request), await form_of(request, Form)
    async with ground_of(request).database.begin() as tx:
        editor = await _editor(tx, viewer, form, form.items())
    return fragment(request, "settings/_guide_look.html", **editor)


@post(f"{HERE}/{{guide_id:int}}/{{what:str}}", status_code=200)
async def handle(request: AnyRequest, guide_id: FromPath[int], what: FromPath[str]) -> Response[Any]:
    """Put it away, or take it back."""
    viewer = _allowed(request)
    if what not in ("archival", "restoration"):
        raise NotFound("There is nothing here.")
    back = what == "restoration"
    async with ground_of(request).database.begin() as tx:
        await actions.archive(tx, viewer, guide_id, back=back)
    return see(f"{HERE}?done={'restored' if back else 'aside'}")


async def _posted(request: AnyRequest, guide_id: int) -> Response[Any]:
    viewer, form = _allowed(request), await form_of(request, Form)
    some, errors = form.items(), {}
    if form.act and form.act != "save":
        some = changed(some, form.act)
    else:
        try:
            return see(f"{HERE}/{await _save(request, viewer, form, some, guide_id)}?done=saved")
        except Refused as refused:
            errors = {refused.field or "form": refused.message}
    async with ground_of(request).database.begin() as tx:
        one = await queries.guide(tx, viewer, guide_id) if guide_id else None
        editor = await _editor(tx, viewer, form, some, one, errors)
    return page(request, "settings/guide.html", 400 if errors else 200, **editor)


async def _save(request: AnyRequest, viewer: Viewer, form: Form, some: list[Item], guide_id: int) -> int:
    given = form.given(some, number(form.in_brand, "brand"))
    async with ground_of(request).database.begin() as tx:
        if not guide_id:
            return await actions.create(tx, viewer, given)
        await actions.change(tx, viewer, guide_id, given)
        return guide_id


async def _editor(
    tx: Tx, viewer: Viewer, form: Form, some: list[Item], one: GuideRow | None = None, errors: Any = None
) -> dict[str, Any]:
    names = await _brands(tx, viewer)
    more = {"brands": names, "titles": _titles(), "sorts": WORDS}
    return {"typed": form, "items": some, "one": one, "errors": errors or {}, **more}


async def _brands(tx: Tx, viewer: Viewer) -> dict[int, str]:
    seen = viewer.scope.brands
    return {one.id: one.name for one in await brands(tx) if seen is None or one.id in seen}


def _titles() -> dict[str, str]:
    """What the kinds of channel are called."""
    return {name: gettext(one.manifest.title) for name, one in sorted(entries().items())}


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "guide.manage")
    return viewer
