"""Who asks, checked before any page is: session, form token, language. Secure unless a handler says otherwise.

A handler is for signed-in people. ``opt={"open": True}``: for anybody, from our own pages. ``{"cookieless": True}``:
this does not look at it at all, because its callers prove themselves another way (API tokens, widget visitors).
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.response.redirect import ASGIRedirectResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from madang.ground import Ground
from madang.lib import language
from madang.lib.language import gettext as _
from madang.staff.origin import SAFE, from_our_pages, way_back
from madang.staff.permissions import Viewer
from madang.staff.sessions import cookie_name, csrf_of, viewer_of

AnyRequest = Request[Any, Any, Any]


class SignedIn(ASGIMiddleware):
    """Sets ``request.user`` (:class:`Viewer` or None) and ``request.auth`` (the session token or "")."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "cookieless"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope, receive, send)
        ground: Ground = request.app.state.ground
        token, viewer = await session_of(ground, request.cookies)
        scope["user"], scope["auth"] = viewer, token
        with language.speaking(reads(request, viewer), viewer.timezone if viewer else "UTC"):
            is_open = request.route_handler.opt.get("open", False)
            if request.method not in SAFE:
                await _refuse_forged(request, ground, token, is_open=is_open)
            if viewer is None and not is_open:
                await _to_sign_in(request)(scope, receive, send)
                return
            await next_app(scope, receive, send)


async def session_of(ground: Ground, cookies: dict[str, str]) -> tuple[str, Viewer | None]:
    """The session token of a request with these cookies and whose it is: ("", None) when it is nobody's."""
    token = cookies.get(cookie_name(ground.settings), "")
    if not token:
        return "", None
    async with ground.database.begin() as tx:
        viewer = await viewer_of(tx, token)
    return (token, viewer) if viewer else ("", None)


def reads(request: AnyRequest, viewer: Viewer | None) -> str:
    """The viewer's language; before sign-in the one she chose on the page, else her browser's."""
    if viewer is not None:
        return viewer.language
    chosen = request.query_params.get("language") or request.cookies.get("madang_language", "")
    return chosen if chosen in language.LANGUAGES else language.preferred(request.headers.get("accept-language", ""))


async def _refuse_forged(request: AnyRequest, ground: Ground, token: str, *, is_open: bool) -> None:
    """A changing request comes from our pages, and in a session from a page of that very session."""
    good = from_our_pages(request.headers, ground.settings.public_url)
    if good and token and not is_open:
        given = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf", ""))
        good = hmac.compare_digest(given.encode(), csrf_of(ground.keys, token).encode())
    if not good:
        told = _("This page is out of date, so nothing was changed. Load it again and repeat.")
        raise PermissionDeniedException(told)


def _to_sign_in(request: AnyRequest) -> ASGIRedirectResponse:
    """Pages are led to the sign-in and back; our own scripts get a 401 and lead there themselves."""
    is_page = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    if not is_page or "text/html" not in request.headers.get("accept", ""):
        raise NotAuthorizedException(_("You are signed out. Sign in again."))
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = way_back(asked) if request.method in SAFE else "/"
    return ASGIRedirectResponse("/signin" if back == "/" else f"/signin?next={quote(back, safe='/')}", status_code=303)
