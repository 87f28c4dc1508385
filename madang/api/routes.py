"""The programs' door: an application of its own, so that every answer below /api, errors too, is the API's."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import unquote

from litestar import Litestar, Response, Router, asgi
from litestar.datastructures import State
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.types import Receive, Scope, Send

from madang.api import (
    conversations,
    customer_events,
    docs,
    drafts,
    handling,
    house,
    imports,
    kept_fields,
    kept_files,
    macros,
    merges,
    messages,
    notes,
    people,
    problems,
    quality,
    scheduled,
    search,
    segments,
    timeline,
    webhook_showing,
    webhooks,
)
from madang.api.documented import TAGS, TEXT
from madang.api.entry import bearer, known_query

BODY = 1 << 20  # bytes; a text of 50,000 characters is far below, however it is escaped


def _sealed(response: Response[Any]) -> Response[Any]:
    """No cache keeps what was said to one token; no browser guesses types."""
    for name, value in problems.HEADERS.items():
        response.headers.setdefault(name, value)
    return response


V1 = Router(
    "/api/v1",
    route_handlers=[
        *conversations.HANDLERS,
        *handling.HANDLERS,
        *messages.HANDLERS,
        *scheduled.HANDLERS,
        *drafts.HANDLERS,
        *macros.HANDLERS,
        *house.HANDLERS,
        *people.HANDLERS,
        *merges.HANDLERS,
        *customer_events.HANDLERS,
        *timeline.HANDLERS,
        *notes.HANDLERS,
        *kept_files.HANDLERS,
        *kept_fields.HANDLERS,
        *segments.HANDLERS,
        *quality.HANDLERS,
        *imports.HANDLERS,
        *search.HANDLERS,
        *webhooks.HANDLERS,
    ],
    guards=[bearer, known_query],
    security=[{"token": []}],
    after_request=_sealed,
)


@cache
def application() -> Litestar:
    """The API. The ground it stands on comes with each request, in ``scope["state"]``."""
    return Litestar(
        [V1, *docs.HANDLERS],
        state=State({"described": _described()}),
        exception_handlers={Exception: problems.answer},
        request_max_body_size=BODY,
        logging_config=None,
        openapi_config=None,
    )


def _described() -> dict[str, Any]:
    """The OpenAPI document. Made by an application that is never served: the framework would add pages of its own."""
    config = OpenAPIConfig(
        title="Madang API",
        version="1",
        description=TEXT,
        use_handler_docstrings=True,
        tags=[Tag(name, description) for name, description in TAGS],
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
    )
    document = Litestar([V1], logging_config=None, openapi_config=config).openapi_schema.to_schema()
    return webhook_showing.described(document)


@asgi("/api", is_mount=True, copy_scope=True, opt={"cookieless": True})
async def api(scope: Scope, receive: Receive, send: Send) -> None:
    """Everything below /api. The mount cuts the path and blank parameters are as good as none, so both are set anew."""
    scope["state"] = {"ground": scope["litestar_app"].state.ground}
    scope["path"] = unquote(scope["raw_path"].partition(b"?")[0].decode("latin-1"))
    scope["query_string"] = b"&".join(part for part in scope["query_string"].split(b"&") if not _blank(part))
    await application()(scope, receive, send)


def _blank(part: bytes) -> bool:
    return not part or part.find(b"=") == len(part) - 1


ROUTES = [api]
