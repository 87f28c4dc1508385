"""What the phone's page asks for and does: one handler an address."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from markupsafe import Markup

from madang.channels.connector import SendError
from madang.channels.playing import Refused, Undelivered
from madang.channels.registry import entries, every
from madang.demo.phone.apps import EMOJI, App, Phone, arrive, picked
from madang.demo.phone.samples import SAMPLES
from madang.lib import language as words
from madang.lib.errors import NotFound
from madang.lib.http import CallFailed
from madang.lib.language import gettext, marked, speaking
from madang.lib.pages import Pages

log = logging.getLogger("madang.demo")

_LINK = re.compile(r'href="([^"]{1,1000})"')

HERE = Path(__file__).parent
AnyRequest = Request[Any, Any, Any]
TURN = 0.15  # seconds between two looks at what the simulators show
BEAT = 10.0  # seconds of silence after which a stream says that it lives
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
SAFE = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' http: https: data:; "
    "media-src 'self' http: https:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
VERBS = {"react", "edit", "unsend", "read", "typing", "place", "block", "unblock", "leave"}
FAILED = (Undelivered, CallFailed, SendError, Refused, httpx.HTTPError, OSError, NotImplementedError, RuntimeError)
NOT_TAKEN = marked("The house did not take it: %(why)s")


def pages() -> Pages:
    """The phone's one template, and every text of the house and its connectors."""
    words.learn([HERE.parent.parent / "locale", *(one.folder / "locale" for one in every().values())])
    return Pages([HERE / "templates"], {"LANGUAGES": words.LANGUAGES, "EMOJI": EMOJI})


def phone_of(request: AnyRequest) -> Phone:
    """The phone of this process."""
    phone: Phone = request.app.state.phone
    return phone


def app_of(request: AnyRequest, name: str) -> App:
    """One app; raises NotFound."""
    found = phone_of(request).apps.get(name)
    if found is None:
        raise NotFound("There is no such app.")
    return found


def language_of(request: AnyRequest) -> str:
    """As chosen on the page, else what the browser prefers."""
    chosen = request.query_params.get("lang") or request.cookies.get("phone_language", "")
    return chosen if chosen in words.LANGUAGES else words.preferred(request.headers.get("accept-language", ""))


@get("/demo/phone")
async def phone(request: AnyRequest) -> Response[str]:
    """The page."""
    language, made = language_of(request), request.app.state.pages
    with speaking(language):
        apps = [_icon(app) for app in phone_of(request).ordered()]
    nonce = secrets.token_urlsafe(12)
    given = {"apps": apps, "desk": request.app.state.desk, "look": _look(request), "nonce": nonce}
    body = made.render("phone.html", language, **given)
    policy = POLICY.replace("{nonce}", nonce)
    answer = Response(
        body, media_type="text/html; charset=utf-8", headers={**HEADERS, "Content-Security-Policy": policy}
    )
    if "lang" in request.query_params:
        answer.set_cookie("phone_language", language, samesite="strict", httponly=True, path="/demo/phone")
    return answer


def _look(request: AnyRequest) -> str:
    chosen = request.cookies.get("phone_theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def _icon(app: App) -> dict[str, Any]:
    entry = entries()[app.connector]
    drawing = Markup(entry.icon[entry.icon.find("<svg") :])  # noqa: S704 - a file of ours, checked by madang quality
    hue = entry.manifest.hue
    return {"id": app.id, "title": gettext(entry.manifest.title), "brand": app.brand_name, "icon": drawing, "hue": hue}


@get("/demo/phone/static/{name:str}")
async def static(name: FromPath[str]) -> Response[bytes]:
    """One of the page's files."""
    path = HERE / "static" / name
    if path.parent != HERE / "static" or path.suffix not in KINDS or not path.is_file():
        raise NotFound
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers={**HEADERS, "Cache-Control": "no-cache"})


@get("/demo/phone/{app:str}/files/{bubble:int}/{number:int}")
async def file(
    request: AnyRequest, app: FromPath[str], bubble: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    """A file of a bubble; what is no picture, sound or film is a download."""
    try:
        found = app_of(request, app).person.bubbles[bubble].files[number]
    except IndexError:
        raise NotFound from None
    harmless = found.mime.startswith(SAFE)
    mime = found.mime if harmless else "application/octet-stream"
    more = {} if harmless else {"Content-Disposition": "attachment"}
    return Response(found.content, media_type=mime, headers={**HEADERS, **more, "Content-Security-Policy": "sandbox"})


@get("/demo/phone/live")
async def live(request: AnyRequest) -> Stream:
    """Each app whenever something in it has changed, all of them first."""
    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    return Stream(_changes(phone_of(request), language_of(request)), media_type="text/event-stream", headers=headers)


async def _changes(phone: Phone, language: str) -> AsyncIterator[bytes]:
    told: dict[str, bytes] = {}
    quiet = 0.0
    while True:
        for app in phone.ordered():
            with speaking(language):
                shown = msgspec.json.encode(app.shown(gettext(entries()[app.connector].manifest.title)))
            mark = hashlib.sha256(shown).digest()
            if told.get(app.id) != mark:
                told[app.id], quiet = mark, 0.0
                yield b"event: app\ndata: " + shown + b"\n\n"
        await asyncio.sleep(TURN)
        quiet += TURN
        if quiet >= BEAT:
            quiet = 0.0
            yield b": still here\n\n"


@post("/demo/phone/{app:str}/say", status_code=200)
async def say(request: AnyRequest, app: FromPath[str]) -> Response[Any]:
    """Write, with files or without."""
    form = await request.form()
    given = [one for one in form.getall("file", []) if isinstance(one, UploadFile)]
    files = picked([(one.filename, one.content_type, await one.read()) for one in given])
    files += tuple(SAMPLES[name]() for name in form.getall("sample", []) if name in SAMPLES)
    text = str(form.get("text") or "").strip()
    if not text and not files:
        return Response({"problem": ""}, status_code=400)
    return await _tried(request, app_of(request, app).person.say(text, files))


class Pressed(msgspec.Struct):
    """Which button of which bubble."""

    bubble: str
    button: int


@post("/demo/phone/{app:str}/press", status_code=200)
async def press(request: AnyRequest, app: FromPath[str], data: JSONBody[Pressed]) -> Response[Any]:
    """Press a button."""
    found = app_of(request, app)
    bubble = found.bubble(data.bubble)
    if bubble is None or not 0 <= data.button < len(bubble.buttons):
        raise NotFound
    return await _tried(request, found.person.press(bubble, bubble.buttons[data.button]))


class Done(msgspec.Struct):
    """One of the small things."""

    verb: str
    bubble: str = ""
    value: str = ""


@post("/demo/phone/{app:str}/do", status_code=200)
async def do(request: AnyRequest, app: FromPath[str], data: JSONBody[Done]) -> Response[Any]:
    """React, change, take back, read, block …"""
    found = app_of(request, app)
    if data.verb not in VERBS or data.verb not in found.person.verbs:
        raise NotFound
    answer = await _tried(request, found.person.do(data.verb, found.bubble(data.bubble), data.value))
    if answer.status_code == 200 and data.verb in {"block", "unblock"}:
        found.blocked = data.verb == "block"
    return answer


class Followed(msgspec.Struct):
    """A link she touched."""

    url: str


@post("/demo/phone/follow", status_code=200)
async def follow(request: AnyRequest, data: JSONBody[Followed]) -> Response[Any]:
    """Where a link leads: to another app, with what she says there; to a choice of apps; or out into the browser."""
    phone, url = phone_of(request), data.url[:2000]
    led = phone.led_to(url)
    if led is None:
        offered = await _offered(url, request.app.state.desk)
        doors = {found[0].id: {"app": found[0].id, "url": one} for one in offered if (found := phone.led_to(one))}
        return Response({"doors": list(doors.values())} if doors else {"open": url})
    app, text = led
    try:
        arrived = await arrive(app, url)
    except FAILED as error:
        return _problem(request, error)
    return Response({"app": app.id, "text": "" if arrived else text})


async def _offered(url: str, desk: str) -> list[str]:
    """The links on a page of the house itself; no other address is asked."""
    if not url.startswith(f"{desk}/"):
        return []
    async with httpx.AsyncClient(timeout=10, verify=False) as http:  # noqa: S501 - only our own house is asked
        answer = await http.get(url, headers={"accept": "text/html"})
    return [unescape(one) for one in _LINK.findall(answer.text)] if answer.is_success else []


async def _tried(request: AnyRequest, work: Awaitable[Any]) -> Response[Any]:
    try:
        await work
    except FAILED as error:
        return _problem(request, error)
    return Response({"ok": True}, status_code=200)


def _problem(request: AnyRequest, error: Exception) -> Response[Any]:
    log.info("the phone could not do it: %s", error)
    with speaking(language_of(request)):
        why = str(error).partition(": <")[0][:300]  # a page is not read aloud
        return Response({"problem": gettext(NOT_TAKEN) % {"why": why}}, status_code=409)


ROUTES = [phone, static, file, live, say, press, do, follow]
