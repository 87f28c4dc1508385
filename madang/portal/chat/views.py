"""Pages a visitor looks at: told by the widget when the company's page says that she agreed to it, and only then."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from madang.customers.actions.telling import Told, tell
from madang.customers.happenings import Happening, Unfit, check
from madang.customers.identity import Owner
from madang.customers.trees import hold
from madang.events.record import Actor
from madang.lib.errors import Refused
from madang.portal.chat import limits
from madang.portal.chat.asking import Asked, ground_of, visitor_of
from madang.portal.chat.session import NO_STORE, read_json
from madang.portal.chat.visitors import Visitor, known

SOURCE = "chat"
AGAIN = 300  # seconds in which the same page is looked at once


class View(msgspec.Struct, frozen=True):
    """A page, without what stands behind its question mark: the loader never sends that."""

    url: str = ""
    title: str = ""
    consent: bool = False


@post("/chat/{key:str}/page", status_code=200, opt={"cookieless": True})
async def page(request: Asked, key: FromPath[str]) -> Response[Any]:
    """Kept of whoever is known; of others, of who did not agree, and of too many, nothing."""
    view: View = await read_json(request, View)
    visitor = await visitor_of(request, key)
    if view.consent and not limits.PAGES.wait(visitor.owner):
        async with ground_of(request).database.begin() as tx:
            await hold(tx, [(await known(tx, visitor)).customer_id])
            visitor = await known(tx, visitor)  # whose she is now that nobody can be merged
            if visitor.customer_id:
                some = [Told(Owner(visitor.customer_id, visitor.home_id), _happening(visitor, view))]
                await _tell(tx, visitor, some)
    return Response({}, headers=NO_STORE)


async def _tell(tx: Any, visitor: Visitor, some: list[Told]) -> None:
    try:
        await tell(tx, Actor("customer", visitor.customer_id), SOURCE, some)
    except Unfit:  # she is blocked; nobody tells her so
        return


def _happening(visitor: Visitor, view: View) -> Happening:
    """The address is what a stranger says it is, so it is text to be read, never a link to follow."""
    try:
        parts = urlsplit(view.url[:500])
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host:
        raise Refused("This is no page.")
    where = f"{host}{parts.path}"
    title = f"{view.title[:150]} · {where}" if view.title.strip() else where
    digest = hashlib.sha256(where.encode("utf-8", "replace")).hexdigest()[:24]
    one = Happening(
        f"{visitor.identity_id}:{int(time.time() // AGAIN)}:{digest}", "page", datetime.now(UTC), title[:300]
    )
    return check(SOURCE, [one], datetime.now(UTC))[0]
