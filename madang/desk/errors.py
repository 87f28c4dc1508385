"""Errors in the desk's words: a page for people, a line of JSON for our own scripts."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions.responses import create_exception_response
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DBAPIError

from madang.conversations.joining.queries import Elsewhere
from madang.desk.page import page, viewer_of
from madang.lib import trace
from madang.lib.errors import NotFound, Refused
from madang.lib.files import Unavailable
from madang.lib.language import gettext, speaking
from madang.lib.language import marked as _
from madang.lib.postgres import impossible
from madang.staff.attempts import TooMany
from madang.staff.middleware import reads
from madang.staff.permissions import NotPermitted

log = logging.getLogger("madang.files")

AnyRequest = Request[Any, Any, Any]

PLAIN = {
    400: _("This could not be understood. Go back and try again."),
    401: _("You are signed out. Sign in again."),
    403: _("Your role does not allow this. Ask an administrator."),
    404: _("There is nothing here, or it is not for you."),
    405: _("This cannot be done here."),
    413: _("This is too large. A file may have at most 25 MB; a longer text belongs into a file."),
    429: _("That was too often. Wait a minute and try again."),
    500: _("That did not work. Please try again."),
    503: _("Files cannot be reached at the moment. Try again in a minute."),
}


def answer(request: AnyRequest, status: int, message: str, field: str = "") -> Response[Any]:
    """What happened and what to do, for whoever asked."""
    with speaking(reads(request, viewer_of(request))):
        words = gettext(message or PLAIN.get(status, PLAIN[400]))
    if "text/html" not in request.headers.get("accept", "") or request.headers.get("x-desk"):
        body = {"message": words, "field": field, "request": trace.current()}
        return Response(body, status_code=status, headers={"Cache-Control": "no-store"})
    given = {"code": status, "message": words, "request": trace.current(), "again": request.method == "GET"}
    return page(request, "error.html", status, **given)


def refused(request: AnyRequest, error: Refused) -> Response[Any]:
    """Bad input."""
    return answer(request, 400, error.message, error.field)


def not_found(request: AnyRequest, error: NotFound) -> Response[Any]:
    """Not there, or not for her."""
    return answer(request, 404, error.message)


def elsewhere(request: AnyRequest, error: Elsewhere) -> Response[Any]:
    """It was merged into another: whoever asks is led there, whatever she asked of it."""
    path = request.url.path.replace(f"/c/{error.number}", f"/c/{error.at}", 1)
    if request.method != "GET" or path == request.url.path:
        return answer(request, 404, "")
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"{path}{query}", status_code=303)


def not_permitted(request: AnyRequest, _error: NotPermitted) -> Response[Any]:
    """Not for her role."""
    return answer(request, 403, "")


def too_many(request: AnyRequest, error: TooMany) -> Response[Any]:
    """Too often."""
    made = answer(request, 429, error.message)
    made.headers["Retry-After"] = str(error.seconds)
    return made


def by_database(request: AnyRequest, error: DBAPIError) -> Response[Any]:
    """A number or a character that nothing here can have names nothing; all else is a fault of ours."""
    if not impossible(error):
        return answer(request, 500, "")
    return answer(request, 404, "")


def too_deep(request: AnyRequest, _error: RecursionError) -> Response[Any]:
    """JSON of so many brackets that nobody reads it."""
    return answer(request, 400, "")


def by_framework(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the framework or the sign-in refused. Its own details speak of code, so only the staff's words are kept."""
    kept = error.detail if error.status_code in (401, 403) else ""
    return answer(request, error.status_code, kept)


def away(request: AnyRequest, error: Unavailable) -> Response[Any]:
    """The file store: what it says is for whoever runs this, not for who uses it."""
    log.error("%s", error)
    return answer(request, 503, "")


def anywhere(request: AnyRequest, error: Exception) -> Response[Any]:
    """An address that is nobody's, or a fault nobody foresaw: in words for people, as JSON for programs."""
    status = getattr(error, "status_code", 500)
    if "text/html" in request.headers.get("accept", ""):
        return answer(request, status, "")
    return create_exception_response(request, error)


HANDLERS: ExceptionHandlersMap = {
    TooMany: too_many,
    DBAPIError: by_database,
    RecursionError: too_deep,
    Refused: refused,
    NotFound: not_found,
    Elsewhere: elsewhere,
    NotPermitted: not_permitted,
    HTTPException: by_framework,
    Unavailable: away,
}

ANYWHERE: ExceptionHandlersMap = {HTTPException: anywhere, 500: anywhere}
