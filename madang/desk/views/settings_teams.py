"""Teams: who shares which work."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.staff import actions
from madang.staff.permissions import Viewer, permit
from madang.staff.queries import TeamRow, teams, users

HERE = "/settings/teams"


class Group(msgspec.Struct):
    """A team's name and who is in it."""

    name: str = ""
    members: list[int] = []


@get(HERE)
async def listed(request: Request[Any, Any, Any]) -> Response[str]:
    """Every team."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        rows, people = await teams(tx), {one.id: one.name for one in await users(tx)}
    return page(request, "settings/teams.html", teams=[(row, _hers(viewer, row)) for row in rows], people=people)


@get(f"{HERE}/new")
async def blank(request: Request[Any, Any, Any]) -> Response[str]:
    """A team to be."""
    return await _form(request, Group())


@post(f"{HERE}/new", status_code=200)
async def create(request: Request[Any, Any, Any]) -> Response[Any]:
    """Make a team."""
    viewer, form = _allowed(request), await form_of(request, Group)
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.create_team(tx, viewer, name=form.name, members=form.members)
    except Refused as refused:
        return await _form(request, form, refused)
    return see(f"{HERE}?done=created")


@get(f"{HERE}/{{team_id:int}}")
async def shown(request: Request[Any, Any, Any], team_id: FromPath[int]) -> Response[str]:
    """One team."""
    async with ground_of(request).database.begin() as tx:
        found = next((row for row in await teams(tx) if row.id == team_id), None)
    if found is None:
        raise NotFound(_("There is no such team."))
    return await _form(request, Group(found.name, list(found.members)), team_id=team_id)


@post(f"{HERE}/{{team_id:int}}", status_code=200)
async def change(request: Request[Any, Any, Any], team_id: FromPath[int]) -> Response[Any]:
    """Set a team's name and members."""
    viewer, form = _allowed(request), await form_of(request, Group)
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.change_team(tx, viewer, team_id, name=form.name, members=form.members)
    except Refused as refused:
        return await _form(request, form, refused, team_id=team_id)
    return see(f"{HERE}/{team_id}?done=saved")


@post(f"{HERE}/{{team_id:int}}/retirement", status_code=200)
async def retire(request: Request[Any, Any, Any], team_id: FromPath[int]) -> Response[Any]:
    """Give a team no new work."""
    async with ground_of(request).database.begin() as tx:
        await actions.retire_team(tx, _allowed(request), team_id)
    return see(f"{HERE}?done=removed")


async def _form(request: AnyRequest, form: Group, refused: Refused | None = None, *, team_id: int = 0) -> Response[str]:
    _allowed(request)
    async with ground_of(request).database.begin() as tx:
        people = await users(tx)
    errors = {refused.field or "form": refused.message} if refused else {}
    status = 400 if refused else 200
    return page(request, "settings/team.html", status, typed=form, team_id=team_id, people=people, errors=errors)


def _hers(viewer: Viewer, row: TeamRow) -> bool:
    return viewer.scope.sees == "all" or row.id in viewer.scope.teams


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "team.manage")
    return viewer
