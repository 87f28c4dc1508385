"""How the desk looks to whoever sits at it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, post

from madang.desk.page import form_of, ground_of, who
from madang.staff import actions


class Look(msgspec.Struct):
    """What changes; '' stays as it is."""

    theme: str = ""
    density: str = ""


@post("/preferences", status_code=204)
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
        )
