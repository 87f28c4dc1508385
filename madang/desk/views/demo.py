"""The way from the desk of a demo to the phone of its customer."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.response import Redirect

from madang.desk.page import ground_of
from madang.lib.errors import NotFound


@get("/demo/phone", opt={"open": True})
async def phone(request: Request[Any, Any, Any]) -> Redirect:
    """Where the phone is, while a demo runs; else there is no such page."""
    address = ground_of(request).settings.demo_phone
    if not address:
        raise NotFound
    return Redirect(f"{address}/demo/phone", status_code=303)
