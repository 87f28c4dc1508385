"""Settings > Macros: the list, the editor with its preview, copies, putting away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from madang.brands.queries import brands
from madang.conversations import queries as conversations
from madang.conversations import waiting
from madang.conversations.steps.checking import mistakes
from madang.conversations.steps.facts import facts, known
from madang.conversations.steps.outlook import preview
from madang.conversations.steps.variables import NAMES
from madang.conversations.steps.vocabulary import PRIORITY_WORDS, STEPS, Known
from madang.desk.editing import AnyRequest, Editor, Posted
from madang.desk.letting_in import see
from madang.desk.macro_steps import Form, Row, changed, rows_of
from madang.desk.page import form_of, ground_of, number, page, who
from madang.guides import queries as guides
from madang.lib.errors import NotFound
from madang.lib.language import gettext
from madang.lib.postgres import Tx
from madang.macros import actions, queries
from madang.macros.actions import Given
from madang.macros.queries import MacroRow
from madang.staff.permissions import Viewer, permit
from madang.staff.queries import teams

HERE = "/settings/macros"
Stepped = Posted[Form, Row]


@get(HERE)
async def listed(
    request: AnyRequest, q: FromQuery[str] = "", archived: FromQuery[str] = "", taken: FromQuery[str] = ""
) -> Response[str]:
    """Those she may see, or what was put away."""
    viewer, away = _allowed(request), archived == "1"
    async with ground_of(request).database.begin() as tx:
        rows = await queries.macros(tx, viewer, archived=away)
        context = await _house(tx, viewer)
    asked = q.strip().casefold()
    shown = [one for one in rows if asked in one.name.casefold()]
    again = queries.same_words(rows)
    context |= {"q": q, "archived": away, "again": again, "taken": number(taken, "taken")}
    return page(request, "settings/macros.html", rows=shown, all=len(rows), **context)


@get(f"{HERE}/new")
async def blank(request: AnyRequest) -> Response[str]:
    """A macro to be, with one step."""
    return await EDITOR.page(request, Posted(_allowed(request), Form(), [Row()]))


@post(f"{HERE}/new", status_code=200)
async def create(request: AnyRequest) -> Response[Any]:
    """Make it; or one of the editor's own buttons."""
    given = await _given(request)
    return await EDITOR.posted(request, given, given.form.act)


@get(f"{HERE}/{{macro_id:int}}")
async def shown(request: AnyRequest, macro_id: FromPath[int]) -> Response[str]:
    """One macro."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        one = await queries.macro(tx, viewer, macro_id)
    form = Form(one.name, _shared(one), str(one.brand_id or ""))
    return await EDITOR.page(request, Posted(viewer, form, rows_of(one.steps), macro_id))


@post(f"{HERE}/{{macro_id:int}}", status_code=200)
async def change(request: AnyRequest, macro_id: FromPath[int]) -> Response[Any]:
    """Set all of it; or one of the editor's own buttons."""
    given = await _given(request, macro_id)
    return await EDITOR.posted(request, given, given.form.act)


@post(f"{HERE}/steps", status_code=200)
async def steps(request: AnyRequest) -> Response[str]:
    """The steps after a button, for our script."""
    given = await _given(request)
    return await EDITOR.part(request, given, "settings/_macro_steps.html", given.form.act)


@post(f"{HERE}/preview", status_code=200)
async def look(request: AnyRequest) -> Response[str]:
    """What the steps would say and do in a conversation, and what is wrong with them, for our script."""
    return await EDITOR.part(request, await _given(request), "settings/_macro_look.html")


@post(f"{HERE}/{{macro_id:int}}/{{what:str}}", status_code=200)
async def handle(request: AnyRequest, macro_id: FromPath[int], what: FromPath[str]) -> Response[Any]:
    """Put it away, take it back, or copy it."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        if what == "archival":
            await actions.archive(tx, viewer, macro_id)
            return see(f"{HERE}?done=away")
        if what == "restoration":
            await actions.restore(tx, viewer, macro_id)
            return see(f"{HERE}?done=restored")
        if what == "copy":
            return see(f"{HERE}/{await actions.duplicate(tx, viewer, macro_id)}?done=created")
    raise NotFound("There is nothing here.")


async def _given(request: AnyRequest, macro_id: int = 0) -> Stepped:
    viewer, form = _allowed(request), await form_of(request, Form)
    return Posted(viewer, form, form.rows(), macro_id)


async def _keep(tx: Tx, given: Stepped) -> int:
    form, viewer = given.form, given.viewer
    team = number(form.shared.partition("team:")[2], "shared")
    of = {"team_id": team, "brand_id": number(form.in_brand, "brand")}
    wanted = Given(form.name, [row.step() for row in given.lines], shared=bool(form.shared), **of)
    some = await known(tx, viewer, await guides.names(tx, viewer))
    if not given.number:
        return await actions.create(tx, viewer, wanted, some)
    await actions.change(tx, viewer, given.number, wanted, some)
    return given.number


def _shared(one: MacroRow) -> str:
    if one.owner_id is not None:
        return ""
    return f"team:{one.team_id}" if one.team_id else "all"


async def _house(tx: Tx, viewer: Viewer) -> dict[str, Any]:
    seen = viewer.scope.brands
    return {
        "teams": {team.id: team.name for team in await teams(tx)},
        "brands": {one.id: one.name for one in await brands(tx) if seen is None or one.id in seen},
        "known": await known(tx, viewer, await guides.names(tx, viewer)),
    }


async def _drawn(tx: Tx, given: Stepped, errors: Mapping[str, str]) -> dict[str, Any]:
    """Its steps, what they may name, and what comes of them in a conversation."""
    viewer, form = given.viewer, given.form
    one = await queries.macro(tx, viewer, given.number) if given.number else None
    house = await _house(tx, viewer)
    keys = [key for row in given.lines for key in row.keys]
    files = {file.key: file for file in await waiting.uploads(tx, viewer.actor, keys)}
    files |= await queries.files(tx, [row.id for row in await queries.macros(tx, viewer)]) if keys else {}
    some = (await conversations.inbox(tx, viewer, "all", limit=20)).items
    about = number(form.about, "about") or (some[0].id if some else 0)
    said = [row.step() for row in given.lines]
    wrong = list(mistakes(said, house["known"]))
    shown = []
    if about and not wrong and said:
        shown = preview(viewer, await facts(tx, viewer, about), said, house["known"], form.spoken)
    looked = {"some": some, "about": about, "spoken": form.spoken, "wrong": wrong, "changes": shown, "files": files}
    words = {"kinds": STEPS, "places": NAMES} | _choices(house["known"])
    return {"typed": form, "rows": given.lines, "one": one, "errors": errors, **house, **looked, **words}


def _choices(some: Known) -> dict[str, Any]:
    """What the selects of steps offer: (value, words)."""
    people = [(f"user:{one}", name) for one, name in some.people.items()]
    return {
        "holders": people + [(f"team:{one}", name) for one, name in some.teams.items()],
        "levels": [(one, gettext(said)) for one, said in PRIORITY_WORDS.items()],
        "own_fields": [(name, one.label) for name, one in some.fields.items()],
    }


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "conversation.reply")
    return viewer


EDITOR: Editor[Form, Row] = Editor(HERE, "settings/macro.html", changed, _keep, _drawn)
