"""The bell: what she was told, what is new, and that she has seen it. Only of what exists for her now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromQuery

from madang.desk.browsers import browser
from madang.desk.page import form_of, fragment, ground_of, page, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.language import zone
from madang.lib.script import language_of
from madang.lib.web_push import Browser
from madang.notifications import actions, queries, words
from madang.notifications.pushing import said
from madang.notifications.queries import Item
from madang.notifications.wishes import Wishes

NEW = timedelta(minutes=2)  # what is older than that rings in no browser that comes back
MOST = 200
PAUSES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "": timedelta()}

AnyRequest = Request[Any, Any, Any]


class Seen(msgspec.Struct):
    """Which: of one conversation, these, or (neither) all."""

    c: str = ""
    id: list[str] = []


class Pause(msgspec.Struct):
    """Not to be disturbed for how long: hour, day (till tomorrow morning), '' for no longer."""

    long: str = ""


class Keys(msgspec.Struct):
    """As a browser gives its subscription."""

    endpoint: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    p256dh: Annotated[str, msgspec.Meta(max_length=200)] = ""
    auth: Annotated[str, msgspec.Meta(max_length=100)] = ""


@get("/notifications")
async def shown(request: AnyRequest) -> Response[str]:
    """The list as a page: for phones, and for links in mails."""
    return page(request, "notifications/page.html", **await _list(request))


@get("/notifications/list", whole="/notifications")
async def listed(request: AnyRequest) -> Response[str]:
    """The list, for the bell."""
    return fragment(request, "notifications/_list.html", **await _list(request))


async def _list(request: AnyRequest) -> dict[str, Any]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        items, hers = await queries.listed(tx, viewer), await queries.wishes(tx, viewer.user_id)
    silent = _silent(hers, viewer.timezone)
    return {"items": items, "title": words.title, "icons": words.ICONS, "silent": silent, "tongue": language_of}


def _silent(hers: Wishes, timezone: str) -> datetime | None:
    return hers.silent_until(datetime.now(UTC), zone(timezone))


@get("/notifications/state")
async def state(request: AnyRequest, after: FromQuery[str] = "", here: FromQuery[str] = "") -> Response[bytes]:
    """How many wait, what of hers is still open, and what is newer than the number ``after``. ``here``: the page that
    asks is looked at."""
    viewer = who(request)
    number = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    async with ground_of(request).database.begin() as tx:
        if here:
            await actions.look(tx, viewer)
        hers, latest = await queries.wishes(tx, viewer.user_id), await queries.newest(tx, viewer)
        fresh = await queries.news(tx, viewer, number, NEW) if number is not None and number < latest else []
        made = {
            "count": await queries.unseen(tx, viewer),
            "open": await queries.open_tags(tx, viewer),
            "latest": latest,
            "volume": hers.volume,
        }
    silent = _silent(hers, viewer.timezone) is not None
    made["news"] = [_new(one, hers, silent=silent) for one in fresh]
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(made), media_type="application/json", headers=headers)


def _new(one: Item, hers: Wishes, *, silent: bool) -> dict[str, Any]:
    quiet = silent and one.kind != "test"
    loud = {way: way in one.ways and not quiet for way in ("sound", "desktop")}
    return said(one, hers) | loud | {"c": one.conversation_id}


@post("/notifications/seen", status_code=200)
async def seen(request: AnyRequest) -> dict[str, Any]:
    """She has seen them; says which were new, so that a slip can be undone."""
    viewer, form = who(request), await form_of(request, Seen)
    async with ground_of(request).database.begin() as tx:
        if form.c:
            ids = await actions.see_conversation(tx, viewer, _numbers([form.c])[0])
        else:
            ids = await (actions.see(tx, viewer, _numbers(form.id)) if form.id else actions.see_all(tx, viewer))
    return {"ids": ids}


@post("/notifications/unseen", status_code=204)
async def unseen(request: AnyRequest) -> None:
    """They are new again."""
    viewer, form = who(request), await form_of(request, Seen)
    async with ground_of(request).database.begin() as tx:
        await actions.unsee(tx, viewer, _numbers(form.id))


@post("/notifications/pause", status_code=204)
async def pause(request: AnyRequest) -> None:
    """Do not disturb."""
    viewer, form = who(request), await form_of(request, Pause)
    if form.long not in PAUSES:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "long")
    now = datetime.now(UTC)
    until = _morning(now, viewer.timezone) if form.long == "day" else now + PAUSES[form.long]
    async with ground_of(request).database.begin() as tx:
        await actions.disturb_again_at(tx, viewer, until if form.long else None)


def _morning(now: datetime, timezone: str) -> datetime:
    """Tomorrow at eight, where she is."""
    here = now.astimezone(zone(timezone)) + timedelta(days=1)
    return here.replace(hour=8, minute=0, second=0, microsecond=0).astimezone(ZoneInfo("UTC"))


@post("/notifications/browsers", status_code=204)
async def allow(request: AnyRequest) -> None:
    """This browser may wake her."""
    viewer, form = who(request), await form_of(request, Keys)
    name = browser(request.headers.get("user-agent", ""))
    async with ground_of(request).database.begin() as tx:
        await actions.allow(tx, viewer, Browser(form.endpoint, form.p256dh, form.auth), name)


@post("/notifications/browsers/end", status_code=204)
async def end(request: AnyRequest) -> None:
    """It may not any more."""
    viewer, form = who(request), await form_of(request, Keys)
    async with ground_of(request).database.begin() as tx:
        await actions.forget(tx, viewer, endpoint=form.endpoint)


def _numbers(given: list[str]) -> list[int]:
    if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in given[:MOST]):
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "id")
    return [int(one) for one in given[:MOST]]
