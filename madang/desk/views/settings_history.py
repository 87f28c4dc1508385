"""Who changed what in the settings, and taking it back."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.changes.queries import Asked
from madang.desk import settings_told
from madang.desk.letting_in import see
from madang.desk.page import form_of, fragment, ground_of, page, who
from madang.desk.settings_undo import Doing, undo

AnyRequest = Request[Any, Any, Any]
HERE = "/settings/history"
SHORT = 6


class Back(msgspec.Struct):
    """The page that is shown afterwards."""

    back: str = ""


@get(HERE)
async def whole(request: AnyRequest) -> Response[str]:
    """All of it that is hers to see, by page, person and time."""
    async with ground_of(request).database.begin() as tx:
        context = await settings_told.whole(tx, who(request), request.query_params)
    return page(request, "settings/history.html", **context)


@get(f"{HERE}/of", whole="/settings/history?{query}")
async def of_page(
    request: AnyRequest, of: FromQuery[str] = "", subject: FromQuery[str] = "", back: FromQuery[str] = ""
) -> Response[str]:
    """The last changes of one page, or of one thing on it, to stand below it."""
    async with ground_of(request).database.begin() as tx:
        context = await settings_told.history(tx, who(request), Asked(of[:80], subject[:80]), SHORT)
    return fragment(request, "settings/_history.html", of=of[:80], subject=subject[:80], back=_inside(back), **context)


@post(f"{HERE}/{{setting_change_id:int}}/reversal", status_code=200)
async def reverse(request: AnyRequest, setting_change_id: FromPath[int]) -> Response[Any]:
    """Take one change back."""
    form, viewer, ground = await form_of(request, Back), who(request), ground_of(request)
    async with ground.database.begin() as tx:
        await undo(Doing(ground, tx, viewer), setting_change_id)
    return see(f"{_inside(form.back)}?done=undone")


def _inside(path: str) -> str:
    """A path of the settings, and nothing else: a form could be made to lead anywhere."""
    plain = path.partition("?")[0]
    return plain if plain.startswith("/settings") and "//" not in plain and "\\" not in plain else HERE
