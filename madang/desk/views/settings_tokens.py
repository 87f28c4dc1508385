"""API tokens: keys for programs, each shown once."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib.errors import Refused
from madang.staff import actions
from madang.staff.grants import LADDER
from madang.staff.permissions import Role, Viewer, permit
from madang.staff.queries import tokens

HERE = "/settings/tokens"


class Key(msgspec.Struct):
    """What a key is for, what it may do, and whether it is its own or speaks for whoever makes it."""

    name: str = ""
    role: Role = "agent"
    speaks: Literal["itself", "me"] = "itself"


@get(HERE)
async def listed(request: Request[Any, Any, Any]) -> Response[str]:
    """The keys that work."""
    return await _page(request, Key())


@post(HERE, status_code=200)
async def create(request: Request[Any, Any, Any]) -> Response[str]:
    """Make a key, and show it this once."""
    viewer, form = _allowed(request), await form_of(request, Key)
    try:
        async with ground_of(request).database.begin() as tx:
            user = viewer.email if form.speaks == "me" else ""
            made = await actions.create_token(tx, viewer, name=form.name, role=form.role, user=user)
    except Refused as refused:
        return await _page(request, form, refused)
    return page(request, "settings/token_made.html", token=made.token, name=form.name, speaks=form.speaks)


@post(f"{HERE}/{{token_id:int}}/revocation", status_code=200)
async def revoke(request: Request[Any, Any, Any], token_id: FromPath[int]) -> Response[Any]:
    """Let a key no longer work."""
    async with ground_of(request).database.begin() as tx:
        await actions.revoke_token(tx, _allowed(request), token_id)
    return see(f"{HERE}?done=removed")


async def _page(request: AnyRequest, form: Key, refused: Refused | None = None) -> Response[str]:
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        rows = await tokens(tx)
    return page(
        request,
        "settings/tokens.html",
        400 if refused else 200,
        typed=form,
        tokens=rows,
        roles=LADDER[: LADDER.index(viewer.role) + 1],
        whole=viewer.scope.whole,
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "token.manage")
    return viewer
