"""``/chat/<key>/push``: a window of our own in which a visitor allows notices, with a press, or ends them.

A frame inside another website may not ask for that: the chat opens this window and tells it her token.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath

from madang.lib import web_push
from madang.lib.errors import NotFound
from madang.portal import paper
from madang.portal.chat import limits
from madang.portal.chat.asking import Asked, chat_of, ground_of, visitor_of
from madang.portal.chat.assets import packed, squeezed
from madang.portal.chat.pages import MINUTES, served
from madang.portal.chat.session import read_json
from madang.portal.chat.visitors import Visitor
from madang.portal.paper import FOLDER, speaking
from madang.portal.push.words import words
from madang.push import actions
from madang.push.actions import Browser
from madang.staff.attempts import TooMany

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class Keys(msgspec.Struct, frozen=True):
    """A browser's own: what is for it is encrypted with them."""

    p256dh: Text = ""
    auth: Text = ""


class Subscription(msgspec.Struct, frozen=True):
    """What ``PushSubscription.toJSON()`` gives, the language, and the page she comes back to."""

    endpoint: Text
    keys: Keys = Keys()
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""
    page: Text = ""


def offered(settings: Any) -> bool:
    """Whether this chat offers notices at all."""
    return str(settings.get("push") or "plain") != "off"


@get("/chat/{key:str}/push", opt={"cookieless": True})
async def window(request: Asked, key: FromPath[str]) -> Response[Any]:
    """The window."""
    bound = await chat_of(request, key)
    if not offered(bound.row.settings):
        raise NotFound("This chat sends no notices.")
    with speaking(request, bound):
        texts = words()
    config = {"key": bound.row.key, "server": web_push.public(ground_of(request).keys), "texts": texts}
    return paper.shown(request, bound, "push/window.html", config=config, texts=texts, script=paper.address("push.js"))


@get("/chat/{key:str}/sw.js", opt={"cookieless": True})
async def worker(request: Asked, key: FromPath[str]) -> Response[bytes]:
    """The service worker, for this chat's addresses alone."""
    await chat_of(request, key)
    return served(request, packed("text/javascript", squeezed((FOLDER / "sw.js").read_text("utf-8"))), MINUTES)


def _browser(visitor: Visitor, given: Subscription) -> Browser:
    return Browser(
        visitor.channel_id,
        visitor.proven.kind,
        visitor.proven.value,
        given.endpoint,
        given.keys.p256dh,
        given.keys.auth,
        given.language,
        given.page,
    )


@post("/chat/{key:str}/push", status_code=204, opt={"cookieless": True})
async def allow(request: Asked, key: FromPath[str]) -> None:
    """She wants to be told."""
    visitor, given = await visitor_of(request, key), await read_json(request, Subscription)
    if not offered(visitor.bound.row.settings):
        raise NotFound("This chat sends no notices.")
    if wait := limits.SIGNS.wait(visitor.owner):
        raise TooMany(wait)
    async with ground_of(request).database.begin() as tx:
        await actions.allow(tx, _browser(visitor, given))


@delete("/chat/{key:str}/push", status_code=204, opt={"cookieless": True})
async def end(request: Asked, key: FromPath[str]) -> None:
    """She does not any more."""
    visitor, given = await visitor_of(request, key), await read_json(request, Subscription)
    async with ground_of(request).database.begin() as tx:
        await actions.end(tx, _browser(visitor, given))
