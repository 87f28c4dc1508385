"""How the desk looks to whoever sits at it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, put
from litestar.params import FromPath

from madang.desk.page import form_of, ground_of, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.staff import actions


class Look(msgspec.Struct):
    """What changes; '' stays as it is."""

    theme: str = ""
    density: str = ""


class Wish(msgspec.Struct):
    """One wish by its name, as JSON; '' forgets it."""

    value: str = ""


@put("/preferences/{wish_name:str}", status_code=204)
async def wish(request: Request[Any, Any, Any], wish_name: FromPath[str]) -> None:
    """Keep one of her wishes about the desk."""
    form = await form_of(request, Wish)
    try:
        value = msgspec.json.decode(form.value) if form.value else None
    except msgspec.DecodeError:
        raise Refused(_("This could not be kept: it is no setting of the desk."), "value") from None
    async with ground_of(request).database.begin() as tx:
        await actions.prefer(tx, who(request), wish_name, value)


@put("/preferences", status_code=204)
async def prefer(request: Request[Any, Any, Any]) -> None:
    """Keep her wishes."""
    viewer, form = who(request), await form_of(request, Look)
    async with ground_of(request).database.begin() as tx:
        await actions.set_preferences(
            tx,
            viewer,
            name=viewer.name,
            language=viewer.language,
            timezone=viewer.timezone,
            theme=form.theme or viewer.theme,
            density=form.density or viewer.density,
            keys=viewer.keys,
        )
