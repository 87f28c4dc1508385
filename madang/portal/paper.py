"""Plain pages of the portal: forms, boards, a case. HTML that needs no script, in the brand's colours."""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import Response, get
from litestar.params import FromPath

from madang.channels.book import Bound
from madang.channels.queries import ChannelRow
from madang.lib import language
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.portal.chat.asking import Asked, ground_of
from madang.portal.chat.assets import Asset, packed, squeezed, tight
from madang.portal.chat.channel import ancestors, brand_of
from madang.portal.chat.pages import FOR_EVER, MINUTES, locale_of, packs, pages, served

FOLDER = Path(__file__).parent / "static" / "paper"
_NUMBER = re.compile(r"[0-9.]{1,8}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,200}")


@cache
def files() -> dict[str, Asset]:
    """Stylesheet and scripts by name."""
    found = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.iterdir())}
    made = {name: packed("text/javascript", squeezed(text)) for name, text in found.items() if name.endswith(".js")}
    return made | {"paper.css": packed("text/css", tight(found["paper.css"]))}


@cache
def version() -> str:
    """A name for all of them together."""
    whole = hashlib.sha256(b"".join(asset.content for _name, asset in sorted(files().items())))
    return whole.hexdigest()[:12]


def address(name: str) -> str:
    """Where a file is served; raises KeyError for one that there is not."""
    return f"/paper/{version()}/{name}" if files()[name] else ""


@get("/paper/{digest:str}/{name:str}", opt={"cookieless": True})
async def file(request: Asked, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A stylesheet or script of these pages."""
    found = files().get(name)
    if found is None:
        raise NotFound("There is no such file.")
    return served(request, found, FOR_EVER if digest == version() else "no-cache")


@get("/paper/look/{hue:str}/{chroma:str}", opt={"cookieless": True})
async def look(request: Asked, hue: FromPath[str], chroma: FromPath[str]) -> Response[bytes]:
    """A brand's colour, as a stylesheet: the policy allows none in the page."""
    if not _NUMBER.fullmatch(hue) or not _NUMBER.fullmatch(chroma):
        raise NotFound("There is no such file.")
    return served(request, packed("text/css", f":root{{--brand-h:{hue};--brand-c:{chroma}}}\n"), MINUTES)


def shown(request: Asked, bound: Bound, template: str, status: int = 200, **context: Any) -> Response[bytes]:
    """A page of ``bound``'s brand, in the reader's language. ``framed``: other websites may show it."""
    pages()  # the texts
    code, brand, nonce = locale_of(request, bound), brand_of(bound), secrets.token_urlsafe(16)
    framed = bool(context.pop("framed", False))
    around = ancestors(bound) if framed else "'none'"
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {around}"
    )
    given: dict[str, Any] = {
        "brand": brand,
        "look": f"/paper/look/{_plain(brand.get('hue'), '274')}/{_plain(brand.get('chroma'), '.125')}",
        "style": address("paper.css"),
        "nonce": nonce,
        "theme": "auto",
        "embedded": request.query_params.get("embed") == "1" and framed,
        "locale": code,
        "marked": bound.row.settings.get("mark") != "off",
        "kept": asked_of(request),
        "along": parse_qsl(asked_of(request)[1:]),
    }
    html = pages().render(template, code, str(context.pop("timezone", "Asia/Seoul")), **(given | context)).encode()
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding, Accept-Language",
    }
    if packs(request):
        html = gzip.compress(html, 6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def wrong(request: Asked, said: str, status: int) -> Response[Any]:
    """A sentence as a page, in the reader's language; ``said`` is a msgid of ours."""
    pages()
    code = language.preferred(request.headers.get("accept-language", ""))
    with language.speaking(code):
        title = _("This did not work") if status != 404 else _("Nothing is here")
        context: dict[str, Any] = {"title": title, "said": language.gettext(said), "style": address("paper.css")}
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    html = pages().render("paper/wrong.html", code, **context)
    return Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def is_page(request: Asked) -> bool:
    """Whether somebody reads what is answered here: the chat's own calls are read by its script."""
    return request.url.path.startswith(("/forms/", "/board/")) and not request.url.path.endswith(".js")


def asked_of(request: Asked) -> str:
    """What of the address goes along from page to page: the language, and that it stands in another page."""
    wish = request.query_params.get("locale", "").split("-")[0].lower()
    parts = [f"locale={wish}"] if wish in language.LANGUAGES else []
    parts += ["embed=1"] if request.query_params.get("embed") == "1" else []
    around = request.query_params.get("from", "")
    parts += [f"from={quote(around, safe='')}"] if _ORIGIN.fullmatch(around) else []
    return "?" + "&".join(parts) if parts else ""


def speaking(request: Asked, bound: Bound) -> Any:
    """Write for whoever reads this page."""
    pages()
    return language.speaking(locale_of(request, bound))


def key_of(request: Asked, row: ChannelRow, what: str) -> bytes:
    """The key under which this channel's tokens for ``what`` are made."""
    return ground_of(request).keys.derive(f"{what}\0{row.key}")


def _plain(value: object, otherwise: str) -> str:
    text = f"{value:g}" if isinstance(value, int | float) else str(value or otherwise)
    return text if _NUMBER.fullmatch(text) else otherwise
