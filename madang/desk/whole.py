"""A piece of a page is for our own scripts. Opened as an address, it leads to the page it is a piece of."""

from __future__ import annotations

from litestar import Response

from madang.desk.letting_in import AnyRequest, see

WHOLE = "whole"  # the option of a route: its page's address, with the route's own parameters and `query`


async def whole(request: AnyRequest) -> Response[None] | None:
    """Before every handler: the way to the whole page, where a browser asks for a piece of it."""
    address = request.route_handler.opt.get(WHOLE)
    if address is None or "x-desk" in request.headers or "text/html" not in request.headers.get("accept", ""):
        return None
    query = request.scope["query_string"].decode("latin-1")
    return see(str(address).format(query=query, **request.path_params).rstrip("?"))
