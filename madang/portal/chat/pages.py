"""What the company's page fetches: the loader, the frame, its files; and an imaginary shop's page to try it on."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from madang.channels.book import Bound
from madang.channels.registry import entries
from madang.lib import language
from madang.lib.errors import NotFound
from madang.lib.pages import Pages
from madang.portal.chat import assets, channel, words
from madang.portal.chat.asking import Asked, chat_of, ground_of
from madang.portal.chat.assets import Asset
from madang.portal.chat.staffed import staffed

HERE = Path(__file__).parent.parent
THEMES = {"light", "dark", "auto"}
MINUTES = "public, max-age=300"  # a changed channel is seen within five
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def pages() -> Pages:
    """The portal's templates."""
    language.learn([HERE.parent / "locale", *(one.folder / "locale" for one in entries().values())])
    return Pages([HERE / "templates"])


def served(request: Asked, asset: Asset, cache_control: str) -> Response[bytes]:
    """A file, compressed for whoever takes that; unchanged, nothing but that news."""
    tag = f'"{hashlib.sha256(asset.content).hexdigest()[:24]}"'
    headers = {
        "Cache-Control": cache_control,
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    if packs(request):
        return Response(asset.gzipped, media_type=asset.mime, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.mime, headers=headers)


@get("/chat/{key:str}/loader.js", opt={"cookieless": True})
async def loader(request: Asked, key: FromPath[str]) -> Response[bytes]:
    """The script a company pastes into its pages."""
    bound = await chat_of(request, key)
    pages()  # the texts
    config = channel.for_loader(bound, ground_of(request).settings.public_url)
    source = assets.loader(channel.script_json(config))
    return served(request, assets.packed("text/javascript", source), MINUTES)


@get("/chat/assets/{version:str}/{name:str}", opt={"cookieless": True})
async def asset(request: Asked, version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A file of the frame. An old version's address gives today's file, for a frame that was cached."""
    found = assets.files().get(name)
    if found is None:
        raise NotFound("There is no such file.")
    return served(request, found, FOR_EVER if version == assets.version() else "no-cache")


def locale_of(request: Asked, bound: Bound) -> str:
    """The page's wish, else the browser's, else the brand's language."""
    wish = request.query_params.get("locale", "").split("-")[0].lower()
    if wish in language.LANGUAGES:
        return wish
    accepted = request.headers.get("accept-language", "")
    return language.preferred(accepted) if accepted else language.known(str(channel.brand_of(bound).get("language")))


def page(request: Asked, template: str, code: str, policy: str, **context: Any) -> Response[bytes]:
    """A page of the portal with its policy and a nonce for its scripts."""
    nonce = secrets.token_urlsafe(16)
    headers = {
        "Content-Security-Policy": policy.replace("NONCE", f"'nonce-{nonce}'"),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    lines = pages().render(template, code, nonce=nonce, **context).splitlines()
    made = "\n".join(line.lstrip(" ") for line in lines).encode()  # the whole widget has its budget of bytes
    if packs(request):
        made = gzip.compress(made, 6)
        headers |= {"Content-Encoding": "gzip"}
    return Response(made, media_type="text/html", headers=headers)


def packs(request: Asked) -> bool:
    """Whether the browser takes compressed answers."""
    return "gzip" in request.headers.get("accept-encoding", "")


@get("/chat/{key:str}/frame", opt={"cookieless": True})
async def frame(request: Asked, key: FromPath[str]) -> Response[bytes]:
    """The chat itself, in a frame or on its own."""
    bound = await chat_of(request, key)
    brand, code = channel.brand_of(bound), locale_of(request, bound)
    theme = request.query_params.get("theme", "auto")
    pages()
    async with ground_of(request).database.begin() as tx:
        here = await staffed(tx, bound.row.brand_id)
    with language.speaking(code):
        config = channel.for_frame(bound, code, staffed=here)
        greeting = words.greeting(brand["name"], str(brand.get("greeting") or ""))
    policy = (
        "default-src 'none'; script-src NONCE; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {channel.ancestors(bound)}"
    )
    return page(
        request,
        "chat/frame.html",
        code,
        policy,
        brand=brand,
        greeting=greeting,
        staffed=here,
        theme=theme if theme in THEMES else "auto",
        config=config,
        marked=bound.row.settings.get("mark") != "off",
        script=assets.address("widget.js"),
        style=assets.address("widget.css"),
    )


@get("/chat/{key:str}/try", opt={"cookieless": True})
async def try_it(request: Asked, key: FromPath[str]) -> Response[bytes]:
    """A page of an imaginary shop, under as strict a policy as a host may have."""
    bound = await chat_of(request, key)
    query = request.query_params
    policy = (
        "default-src 'none'; script-src NONCE; style-src 'self'; img-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return page(
        request,
        "chat/try.html",
        locale_of(request, bound),
        policy,
        brand=channel.brand_of(bound),
        key=key,
        locale=query.get("locale", ""),
        theme=query.get("theme", "auto") if query.get("theme", "auto") in THEMES else "auto",
        position=query.get("position", ""),
        style=assets.address("shop.css"),
        script=assets.address("shop.js"),
    )
