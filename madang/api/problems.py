"""Errors as `application/problem+json` (RFC 9457). What is ours to mend says nothing of our insides."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError

from madang.api.shapes import FieldError, Problem
from madang.customers.happenings import Unfit
from madang.customers.trees import Moved
from madang.lib import trace
from madang.lib.errors import NotFound, Refused
from madang.lib.files import Unavailable
from madang.staff.attempts import TooMany
from madang.staff.permissions import NotPermitted

log = logging.getLogger("madang.api")

MIME = "application/problem+json"
TITLES = {
    400: ("invalid", "The request does not fit"),
    401: ("unauthenticated", "No valid token"),
    403: ("not-permitted", "Not permitted"),
    404: ("not-found", "There is nothing here"),
    405: ("method", "This cannot be done here"),
    409: ("conflict", "Something else came in between"),
    413: ("too-large", "The request is too large"),
    422: ("key-reused", "The Idempotency-Key was used for something else"),
    429: ("too-many", "Too much at once"),
    500: ("fault", "A fault of ours"),
    503: ("unavailable", "Not available at the moment"),
}
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class KeyReused(Exception):
    """The same Idempotency-Key came with another request."""


class Told(NamedTuple):
    """What a client hears of an error."""

    status: int
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = {}


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The error handler of every route."""
    told = tell(error)
    if told.status == 500:
        log.error("%s %s failed", request.method, request.scope.get("path_template"), exc_info=error)
    slug, title = TITLES.get(told.status, TITLES[400])
    problem = Problem(
        type=f"/api/docs#problem-{slug}",
        title=title,
        status=told.status,
        detail=told.detail,
        instance=request.url.path,
        errors=list(told.errors),
        request=trace.current(),
    )
    return Response(
        msgspec.json.encode(problem), status_code=told.status, media_type=MIME, headers=HEADERS | dict(told.headers)
    )


def tell(error: Exception) -> Told:
    """What an error means to whoever called."""
    match error:
        case NotFound():
            return Told(404, error.message)
        case TooMany():
            return Told(429, error.message, headers={"retry-after": str(error.seconds)})
        case Unfit():
            return Told(400, error.message, tuple(FieldError(*one) for one in error.problems))
        case Moved():
            return Told(409, "Somebody merged customers at the same moment. Send it again.")
        case Refused():
            return Told(400, error.message, (FieldError(error.field, error.message),) if error.field else ())
        case NotPermitted():
            return Told(403, f"This token's role does not permit {error.verb}. Make one with another role.")
        case KeyReused():
            return Told(
                422, "This Idempotency-Key was sent before with another request. Make a new key for each message."
            )
        case Unavailable():
            log.error("%s", error)
            return Told(503, "Files cannot be reached at the moment. Try again shortly.", headers={"retry-after": "30"})
        case HTTPException():
            return _framework(error)
        case RecursionError():
            return Told(400, "The body is nested too deeply.")
        case DBAPIError() | OSError() | TimeoutError():
            return _database(error)
        case _:
            return Told(500, "Something went wrong on our side. It was noted; try again later.")


def _framework(error: HTTPException) -> Told:
    headers = dict(error.headers or {})
    match error.status_code:
        case 400:
            errors = tuple(_fields(error.extra))
            said = "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in errors)
            return Told(400, said or error.detail or "The request does not fit.", errors)
        case 401:
            return Told(401, error.detail, headers={"www-authenticate": 'Bearer realm="Madang"'})
        case 404:
            return Told(404, "There is no such address in the API. /api/docs lists them all.")
        case 405:
            return Told(405, "This address does not take this method. /api/docs lists them all.", headers=headers)
        case 413:
            return Told(413, "The body is larger than this address takes.")
        case status if status < 500:
            return Told(400, error.detail)
        case _:
            return Told(500, "Something went wrong on our side. It was noted; try again later.")


def _fields(extra: Any) -> list[FieldError]:
    given = extra if isinstance(extra, list) else []
    return [FieldError(str(one.get("key", "")), str(one.get("message", ""))) for one in given if isinstance(one, dict)]


def _database(error: Exception) -> Told:
    """A lost database is passing; a value it cannot hold is the caller's; the rest is ours."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    if state == "23505":  # a unique key was taken between our look and our write
        return Told(409, "Another request did this at the same moment. Look at how it stands now, then try again.")
    if state.startswith("22"):
        return Told(400, "A value is outside of what can be kept.")
    if not isinstance(error, DBAPIError) or error.connection_invalidated or state[:2] in {"", "08", "53", "57", "40"}:
        return Told(503, "The database does not answer at the moment. Try again shortly.", headers={"retry-after": "5"})
    return Told(500, "Something went wrong on our side. It was noted; try again later.")
