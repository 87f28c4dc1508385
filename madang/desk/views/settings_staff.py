"""Staff: who is here, who is invited, what each may do."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.brands.queries import BrandRow, brands
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff import actions
from madang.staff.grants import LADDER, WIDTH, Grant, covers
from madang.staff.permissions import Role, Sees, Viewer, permit
from madang.staff.queries import TeamRow, UserRow, invitations, teams, users

HERE = "/settings/staff"


class Person(msgspec.Struct):
    """Who she is and what she may do. Only this is read, whatever else is posted."""

    name: str = ""
    email: str = ""
    role: Role = "agent"
    sees: Sees = "all"
    all_brands: bool = False
    brands: list[int] = []
    teams: list[int] = []

    def grant(self) -> Grant:
        """What the form gives; raises Refused when no brand is left."""
        if not self.all_brands and not self.brands:
            raise Refused(_("Choose at least one brand."), "brands")
        return Grant(self.role, self.sees, None if self.all_brands else frozenset(self.brands), frozenset(self.teams))


@get(HERE)
async def staff(request: Request[Any, Any, Any]) -> Response[str]:
    """Everybody, and the invitations that are open."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        people, open_ones, groups = await users(tx), await invitations(tx), await teams(tx)
    names = {team.id: team.name for team in groups}
    rows = [(one, covers(viewer, one.grant), [names[t] for t in one.grant.teams if t in names]) for one in people]
    return page(request, "settings/staff.html", rows=rows, invitations=open_ones)


@get(f"{HERE}/invite")
async def invitation(request: Request[Any, Any, Any]) -> Response[str]:
    """Whom to invite, as what."""
    return await _form(request, Person(all_brands=True))


@post(f"{HERE}/invite", status_code=200)
async def invite(request: Request[Any, Any, Any]) -> Response[str]:
    """Make the link, and show it this once."""
    viewer, form, ground = _allowed(request), await form_of(request, Person), ground_of(request)
    try:
        async with ground.database.begin() as tx:
            made = await actions.invite(tx, viewer, email=form.email, name=form.name, grant=form.grant())
    except Refused as refused:
        return await _form(request, form, refused)
    link = f"{ground.settings.public_url}/join/{made.token}"
    return page(request, "settings/staff_link.html", link=link, name=form.name or form.email, kind="invitation")


@post(f"{HERE}/invitations/{{invitation_id:int}}/withdrawal", status_code=200)
async def withdraw(request: Request[Any, Any, Any], invitation_id: FromPath[int]) -> Response[Any]:
    """Let an invitation no longer work."""
    async with ground_of(request).database.begin() as tx:
        await actions.withdraw_invitation(tx, _allowed(request), invitation_id)
    return see(f"{HERE}?done=removed")


@get(f"{HERE}/{{user_id:int}}")
async def person(request: Request[Any, Any, Any], user_id: FromPath[int]) -> Response[str]:
    """One person."""
    async with ground_of(request).database.begin() as tx:
        one = await _one(tx, user_id)
    return await _form(request, _typed(one), user_id=user_id)


@post(f"{HERE}/{{user_id:int}}", status_code=200)
async def change(request: Request[Any, Any, Any], user_id: FromPath[int]) -> Response[Any]:
    """Set what a person is called and may do."""
    viewer, form = _allowed(request), await form_of(request, Person)
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.change_user(tx, viewer, user_id, name=form.name, email=form.email, grant=form.grant())
    except Refused as refused:
        return await _form(request, form, refused, user_id=user_id)
    return see(f"{HERE}/{user_id}?done=saved")


@post(f"{HERE}/{{user_id:int}}/retirement", status_code=200)
async def retire(request: Request[Any, Any, Any], user_id: FromPath[int]) -> Response[Any]:
    """Somebody has left."""
    try:
        async with ground_of(request).database.begin() as tx:
            one = await _one(tx, user_id)
            await actions.retire_user(tx, _allowed(request), user_id)
    except Refused as refused:
        return await _form(request, _typed(one), refused, user_id=user_id)
    return see(f"{HERE}?done=removed")


@post(f"{HERE}/{{user_id:int}}/password-link", status_code=200)
async def password_link(request: Request[Any, Any, Any], user_id: FromPath[int]) -> Response[str]:
    """Make a link for a new password, and show it this once."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        one = await _one(tx, user_id)
        token = await actions.make_password_reset(tx, _allowed(request), user_id)
    link = f"{ground.settings.public_url}/reset/{token}"
    return page(request, "settings/staff_link.html", link=link, name=one.name, kind="password")


async def _form(
    request: AnyRequest, form: Person, refused: Refused | None = None, *, user_id: int = 0
) -> Response[str]:
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        offered_brands, groups = await _offered(tx, viewer)
    return page(
        request,
        "settings/staff_person.html" if user_id else "settings/staff_invite.html",
        400 if refused else 200,
        typed=form,
        user_id=user_id,
        roles=LADDER[: LADDER.index(viewer.role) + 1][::-1],
        widths=WIDTH[: WIDTH.index(viewer.scope.sees) + 1][::-1],
        brands=offered_brands,
        every_brand=viewer.scope.brands is None,
        teams=groups,
        errors={refused.field or "form": refused.message} if refused else {},
    )


async def _offered(tx: Tx, viewer: Viewer) -> tuple[list[BrandRow], list[TeamRow]]:
    """Brands and teams she may hand out."""
    scope = viewer.scope
    there = [one for one in await brands(tx) if scope.brands is None or one.id in scope.brands]
    return there, [one for one in await teams(tx) if scope.sees == "all" or one.id in scope.teams]


async def _one(tx: Tx, user_id: int) -> UserRow:
    found = next((one for one in await users(tx) if one.id == user_id), None)
    if found is None:
        raise NotFound(_("There is no such user."))
    return found


def _typed(one: UserRow) -> Person:
    grant = one.grant
    ids = sorted(grant.brands or ())
    return Person(one.name, one.email, grant.role, grant.sees, grant.brands is None, ids, sorted(grant.teams))


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "staff.manage")
    return viewer
