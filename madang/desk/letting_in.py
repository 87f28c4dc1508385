"""Cookies of a session that has just begun, and the words both sign-in and links need."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from madang.desk.page import ground_of
from madang.staff.sessions import LIFE, Browser, SignedIn, cookie_name
from madang.staff.sign_in import device_of

AnyRequest = Request[Any, Any, Any]

DEVICE = "madang_device"
_YEAR = 31_536_000


def browser_of(request: AnyRequest) -> Browser:
    """Where the request comes from. The server has already read X-Forwarded-For, of trusted proxies only."""
    return Browser(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def let_in(request: AnyRequest, begun: SignedIn, email: str, path: str) -> Response[Any]:
    """Hand out the session and lead on; the browser is known to this account from now on."""
    keys = ground_of(request).keys
    made = see(path)
    made.set_cookie(_cookie(request, cookie_name(ground_of(request).settings), begun.token, int(LIFE.total_seconds())))
    made.set_cookie(_cookie(request, DEVICE, device_of(keys, email), _YEAR, "/signin"))
    return made


def let_out(request: AnyRequest, path: str) -> Response[Any]:
    """Take the session's cookie back."""
    made = see(path)
    made.set_cookie(_cookie(request, cookie_name(ground_of(request).settings), "", 0))
    return made


def see(path: str) -> Redirect:
    """Lead a browser that has posted to a page it may load again."""
    return Redirect(path, status_code=303)


def _cookie(request: AnyRequest, name: str, value: str, lasts: int, path: str = "/") -> Cookie:
    same_site: Literal["lax"] = "lax"
    secure = ground_of(request).settings.cookie_secure
    return Cookie(key=name, value=value, path=path, max_age=lasts, httponly=True, secure=secure, samesite=same_site)
