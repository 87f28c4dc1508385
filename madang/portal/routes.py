"""The customer's door. Everybody may knock: each handler asks by itself who it is."""

from __future__ import annotations

import logging

from litestar import Response, Router
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DBAPIError

from madang.lib.errors import NotFound, Refused
from madang.lib.files import Unavailable
from madang.lib.postgres import impossible
from madang.portal import paper
from madang.portal.board import reading, writing
from madang.portal.carry import pages as carry
from madang.portal.chat import files, pages, proof, session, signs, views
from madang.portal.chat.asking import Asked
from madang.portal.forms import case
from madang.portal.forms import pages as forms
from madang.portal.push import pages as push
from madang.portal.shared import shared
from madang.staff.attempts import TooMany

log = logging.getLogger("madang.files")


def _plain(words: str, status: int, **headers: str) -> Response[str]:
    """Errors are a sentence: the widget shows it, a program reads the number."""
    kept = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **headers}
    return Response(words, status_code=status, media_type="text/plain", headers=kept)


def _not_found(request: Asked, error: NotFound) -> Response[str]:
    return paper.wrong(request, error.message, 404) if paper.is_page(request) else _plain(error.message, 404)


def _refused(request: Asked, error: Refused) -> Response[str]:
    return paper.wrong(request, error.message, 400) if paper.is_page(request) else _plain(error.message, 400)


def _too_many(request: Asked, error: TooMany) -> Response[str]:
    if paper.is_page(request):
        return paper.wrong(request, error.message, 429)
    return _plain(error.message, 429, **{"Retry-After": str(error.seconds)})


def _database(_request: Asked, error: DBAPIError) -> Response[str]:
    """A number or a character that nothing here can have names nothing; all else is a fault of ours."""
    if not impossible(error):
        return _plain("That did not work. Please try again.", 500)
    return _plain("There is nothing here.", 404)


def _http(_request: Asked, error: HTTPException) -> Response[str]:
    return _plain(error.detail, error.status_code)


def _away(_request: Asked, error: Unavailable) -> Response[str]:
    log.error("%s", error)
    return _plain("Files cannot be reached at the moment. Please try again in a minute.", 503, **{"Retry-After": "30"})


HANDLERS: ExceptionHandlersMap = {
    TooMany: _too_many,
    NotFound: _not_found,
    Refused: _refused,
    HTTPException: _http,
    DBAPIError: _database,
    Unavailable: _away,
}

ROUTES = [
    Router(
        "/",
        route_handlers=[
            pages.loader,
            pages.frame,
            pages.asset,
            pages.try_it,
            session.session,
            session.messages,
            files.upload,
            files.download,
            signs.typing,
            signs.away,
            views.page,
            proof.ask,
            proof.enter,
            proof.wrong,
            shared,
            paper.file,
            paper.look,
            forms.form,
            forms.sent,
            forms.thanks,
            forms.embed,
            case.page,
            case.more,
            case.file,
            case.prove,
            reading.board,
            reading.page,
            reading.unlock,
            reading.enter,
            reading.file,
            writing.new,
            writing.write,
            writing.edit,
            writing.change,
            writing.delete,
            writing.more,
            carry.page,
            push.window,
            push.worker,
            push.allow,
            push.end,
        ],
        exception_handlers=HANDLERS,
        include_in_schema=False,
    )
]
