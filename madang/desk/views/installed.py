"""The desk as an installed app: its manifest, its service worker, what it shows without a network, and the way out of
its mails. Open to anybody: nothing here is anybody's own, and the link of a mail says by itself whose it is."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.desk.assets import assets
from madang.desk.page import ground_of, page
from madang.lib import language
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.notifications import actions, mailing

LIGHT, DARK = "#f4f2ef", "#0c0d11"  # --canvas
AnyRequest = Request[Any, Any, Any]
ALONE = "default-src 'none'; connect-src 'self'"


def _language(request: AnyRequest) -> str:
    chosen = request.query_params.get("language", "")
    return chosen if chosen in language.LANGUAGES else language.preferred(request.headers.get("accept-language", ""))


@get("/manifest.webmanifest", opt={"cookieless": True})
async def manifest(request: AnyRequest) -> Response[bytes]:
    """What an installed desk is called and looks like."""
    with language.speaking(_language(request)) as reader:
        made = _manifest(reader.language)
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(msgspec.json.encode(made), media_type="application/manifest+json", headers=headers)


def _manifest(spoken: str) -> dict[str, Any]:
    def icon(size: int, purpose: str, name: str) -> dict[str, str]:
        return {"src": _static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    shortcuts = (
        (_("Inbox"), "/?view=mine"),
        (_("Unassigned"), "/?view=unassigned"),
        (_("Notifications"), "/notifications"),
    )
    return {
        "id": "/",
        "name": _("Madang"),
        "short_name": _("Madang"),
        "description": _("The desk for all conversations with customers."),
        "lang": spoken,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": LIGHT,
        "background_color": LIGHT,
        "categories": ["business", "productivity"],
        "icons": [
            *(icon(size, "any", f"mark/icon-{size}.png") for size in (192, 512)),
            *(icon(size, "maskable", f"mark/maskable-{size}.png") for size in (192, 512)),
        ],
        "shortcuts": [{"name": name, "url": url} for name, url in shortcuts],
    }


def _static(name: str) -> str:
    return assets().url(name)


@get("/sw.js", opt={"cookieless": True})
async def worker(request: AnyRequest) -> Response[bytes]:
    """The service worker. It is another one whenever any file of ours is: then it fetches its few files anew."""
    kept = {
        "version": assets().version,
        "offline": f"/offline?language={_language(request)}&v={assets().version}",
        "files": [
            _static(name)
            for name in ("css/desk.css", "css/pages.css", "js/door/again.js", "mark/icon-192.png", "mark/badge-96.png")
        ],
        "icon": _static("mark/icon-192.png"),
        "badge": _static("mark/badge-96.png"),
        "title": "Madang",
    }
    body = b"const kept = " + msgspec.json.encode(kept) + b";\n" + assets().files["installed/sw.js"].content
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Language",
    }
    return Response(body, media_type="text/javascript", headers=headers)


@get("/offline", opt={"cookieless": True})
async def offline(request: AnyRequest) -> Response[str]:
    """What is shown where no network is: nobody's data."""
    with language.speaking(_language(request)):
        return page(request, "offline.html")


@get("/notifications/mail/off/{token:str}", opt={"cookieless": True})
async def leave(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Whoever follows the link of a mail is asked once: what only looks at links turns nothing off."""
    _whose(request, token)
    return page(request, "mail_off.html", token=token, off=False)


@post("/notifications/mail/off/{token:str}", status_code=200, opt={"cookieless": True})
async def left(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """No more of these mails, with one click of a mail program (RFC 8058) or of the page."""
    user_id = _whose(request, token)
    async with ground_of(request).database.begin() as tx:
        await actions.mail_no_more(tx, user_id)
    return page(request, "mail_off.html", token=token, off=True)


def _whose(request: AnyRequest, token: str) -> int:
    user_id = mailing.whose(ground_of(request).keys, token)
    if user_id is None:
        raise NotFound
    return user_id
