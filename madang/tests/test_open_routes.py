"""T15: what is open to strangers stands here by name; everything else asks who they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
from litestar.handlers import HTTPRouteHandler

from madang.ground import Ground
from madang.tests import frames

OPEN = {
    "/healthz": "the process lives",
    "/readyz": "database and worker, in a word each",
    "/readyz/web": "the database, in a word",
    "/setup/{token:str}": "a one-time link",
    "/join/{token:str}": "a one-time link",
    "/reset/{token:str}": "a one-time link",
    "/signin": "the way in",
    "/look.css": "colours",
    "/manifest.webmanifest": "what an installed desk is called",
    "/sw.js": "our own files",
    "/offline": "a page that names nobody",
    "/notifications/mail/off/{token:str}": "a signed link that turns one person's mails off",
    "/metrics": "asks for a network or a token itself",
    "/static/{version:str}/{path:path}": "our own files",
    "/favicon.ico": "our own mark",
    "/f/{token:str}": "a signed link to one file",
    "/go/{code:str}": "a link with a code that is good once",
    "/demo/phone": "leads to the demo, and is nowhere else",
    "/chat/assets/{version:str}/{name:str}": "our own files",
    "/chat/{key:str}/loader.js": "the widget",
    "/chat/{key:str}/frame": "the widget",
    "/chat/{key:str}/try": "the widget",
    "/chat/{key:str}/session": "gives a visitor her token",
    "/chat/{key:str}/messages": "asks for a visitor's token itself",
    "/chat/{key:str}/page": "asks for a visitor's token itself",
    "/chat/{key:str}/files": "asks for a visitor's token itself",
    "/chat/{key:str}/files/{file_key:str}": "asks for a visitor's token itself",
    "/chat/{key:str}/proof": "asks for a visitor's token itself",
    "/chat/{key:str}/proof/code": "asks for a visitor's token itself",
    "/chat/{key:str}/proof/withdrawal": "asks for a visitor's token itself",
    "/chat/{key:str}/typing": "asks for a visitor's token itself",
    "/chat/{key:str}/away": "asks for a visitor's token itself",
    "/chat/{key:str}/push": "a page; who posts is asked for a visitor's token",
    "/chat/{key:str}/sw.js": "our own files",
    "/paper/{digest:str}/{name:str}": "our own files",
    "/paper/look/{hue:str}/{chroma:str}": "colours",
    "/forms/{key:str}": "a company's form",
    "/forms/{key:str}/embed.js": "a company's form",
    "/forms/{key:str}/sent/{number:str}": "thanks, with the number in its address",
    "/forms/{key:str}/case/{token:str}": "a signed link to one case",
    "/forms/{key:str}/case/{token:str}/proof": "a signed link to one case",
    "/forms/{key:str}/case/{token:str}/files/{file_key:str}": "a signed link to one case",
    "/board/{key:str}": "a company's board",
    "/board/{key:str}/new": "a company's board",
    "/board/{key:str}/enter": "asks for a signed user's token itself",
    "/board/{key:str}/{post_key:str}": "asks by itself who may read a secret post",
    "/board/{key:str}/{post_key:str}/unlock": "asks for the post's password",
    "/board/{key:str}/{post_key:str}/edit": "asks whose the post is itself",
    "/board/{key:str}/{post_key:str}/delete": "asks whose the post is itself",
    "/board/{key:str}/{post_key:str}/more": "asks whose the post is itself",
    "/board/{key:str}/{post_key:str}/files/{file_key:str}": "asks by itself who may read a secret post",
}


def _handlers() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in frames.whole().routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                yield method, route.path, handler


def test_a_route_is_open_only_when_it_is_named_here() -> None:
    found = {path for _, path, handler in _handlers() if handler.opt.keys() & {"open", "cookieless"}}
    assert found == set(OPEN)


async def test_everything_else_is_shut_for_strangers(ground: Ground) -> None:
    transport = httpx.ASGITransport(app=frames.app(ground))
    tried = 0
    async with httpx.AsyncClient(transport=transport, base_url=ground.settings.public_url) as stranger:
        for method, path, _ in _handlers():
            if path in OPEN:
                continue
            numbered = re.sub(r"\{\w+:(\w+)\}", lambda found: "1" if found[1] == "int" else "x1", path)
            for origin in ("same-origin", "cross-site"):
                answer = await stranger.request(method, numbered, headers={"sec-fetch-site": origin})
                assert answer.status_code in (303, 401, 403), (method, path, answer.status_code)
                if answer.status_code == 303:
                    assert answer.headers["location"].startswith("/signin")
            tried += 1
    assert tried > 80
