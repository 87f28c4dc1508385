"""Settings > Guides: the list, and the editor with its preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, FromQuery

from madang.brands.queries import brands
from madang.channels.registry import entries
from madang.desk.editing import AnyRequest, Editor, Posted
from madang.desk.guide_items import WORDS, Form, changed, form_of_guide
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.guides import actions, queries
from madang.guides.fitting import Item
from madang.lib.errors import NotFound
from madang.lib.language import gettext
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

HERE = "/settings/guides"
MANY = 100  # topics and tags: from there on not all of them are known
Guided = Posted[Form, Item]


class Place(msgspec.Struct):
    """The one before which it stands; '' at the end."""

    before: str = ""


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
    first = [Item("", "heading", ""), Item("", "ask", ""), Item("", "check", "")]
    return await EDITOR.page(request, Posted(_allowed(request), Form(), first))


@post(f"{HERE}/new", status_code=200)
async def create(request: AnyRequest) -> Response[Any]:
    """Make it; or one of the editor's own buttons."""
    given = await _given(request)
    return await EDITOR.posted(request, given, given.form.act)


@get(f"{HERE}/{{guide_id:int}}")
async def shown(request: AnyRequest, guide_id: FromPath[int]) -> Response[str]:
    """One guide."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        one = await queries.guide(tx, viewer, guide_id)
    return await EDITOR.page(request, Posted(viewer, form_of_guide(one), list(one.items), guide_id))


@post(f"{HERE}/{{guide_id:int}}", status_code=200)
async def change(request: AnyRequest, guide_id: FromPath[int]) -> Response[Any]:
    """Set all of it; or one of the editor's own buttons."""
    given = await _given(request, guide_id)
    return await EDITOR.posted(request, given, given.form.act)


@put(f"{HERE}/{{guide_id:int}}/place", status_code=204)
async def move(request: AnyRequest, guide_id: FromPath[int]) -> None:
    """Put it elsewhere in the list."""
    viewer, form = _allowed(request), await form_of(request, Place)
    async with ground_of(request).database.begin() as tx:
        await actions.move(tx, viewer, guide_id, number(form.before, "before"))


@post(f"{HERE}/items", status_code=200)
async def items(request: AnyRequest) -> Response[str]:
    """The items after a button, for our script."""
    given = await _given(request)
    return await EDITOR.part(request, given, "settings/_guide_items.html", given.form.act)


@post(f"{HERE}/preview", status_code=200)
async def look(request: AnyRequest) -> Response[str]:
    """The guide as it stands beside a conversation, for our script."""
    return await EDITOR.part(request, await _given(request), "settings/_guide_look.html")


@post(f"{HERE}/{{guide_id:int}}/{{what:str}}", status_code=200)
async def handle(request: AnyRequest, guide_id: FromPath[int], what: FromPath[str]) -> Response[Any]:
    """Put it away, or take it back."""
    viewer = _allowed(request)
    if what not in ("archival", "restoration"):
        raise NotFound("There is nothing here.")
    back = what == "restoration"
    async with ground_of(request).database.begin() as tx:
        await actions.archive(tx, viewer, guide_id, back=back)
    return see(f"{HERE}?done={'restored' if back else 'away'}")


async def _given(request: AnyRequest, guide_id: int = 0) -> Guided:
    viewer, form = _allowed(request), await form_of(request, Form)
    return Posted(viewer, form, form.items(), guide_id)


async def _keep(tx: Tx, given: Guided) -> int:
    wanted = given.form.given(given.lines, number(given.form.in_brand, "brand"))
    if not given.number:
        return await actions.create(tx, given.viewer, wanted)
    await actions.change(tx, given.viewer, given.number, wanted)
    return given.number


async def _drawn(tx: Tx, given: Guided, errors: Mapping[str, str]) -> dict[str, Any]:
    one = await queries.guide(tx, given.viewer, given.number) if given.number else None
    known = await queries.topics_known(tx, given.viewer)
    said = {topic.casefold() for topic in known}
    strange = [] if len(known) >= MANY else [one for one in given.form.topic_list() if one.casefold() not in said]
    more: dict[str, Any] = {"known": known, "strange": strange}
    more |= {"brands": await _brands(tx, given.viewer), "titles": _titles(), "sorts": WORDS}
    return {"typed": given.form, "items": given.lines, "one": one, "errors": errors, **more}


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


EDITOR: Editor[Form, Item] = Editor(HERE, "settings/guide.html", changed, _keep, _drawn)
