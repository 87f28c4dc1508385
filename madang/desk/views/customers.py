"""The customer beside the conversation."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath

from madang.conversations import profiles
from madang.desk.page import form_of, ground_of, who


class Name(msgspec.Struct):
    """How she is called."""

    name: str = ""


@post("/customers/{customer_id:int}/name", status_code=204)
async def rename(request: Request[Any, Any, Any], customer_id: FromPath[int]) -> None:
    """Correct her name."""
    form = await form_of(request, Name)
    async with ground_of(request).database.begin() as tx:
        await profiles.rename(tx, who(request), customer_id, form.name)
