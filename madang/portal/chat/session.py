"""``POST /chat/<key>/session``: a token for who has none, a signed user's token, or the history of who has one."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from madang.channels.book import Bound
from madang.events import log as events
from madang.lib import visitor_token
from madang.lib.errors import Refused
from madang.portal.chat import challenge, history, limits, shown
from madang.portal.chat.asking import Asked, chat_of, ground_of, remote_of, visitor_of
from madang.portal.chat.staffed import staffed
from madang.portal.chat.visitors import key_of, known, secret_of

NO_STORE = {"Cache-Control": "no-store"}
WRONG = (
    "The hash does not belong to this user id. Make it on your server: HMAC-SHA256 of the user id with the channel's "
    "identity secret, in hex."
)


class User(msgspec.Struct, frozen=True):
    """A user as the company's page names her."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    hash: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Session(msgspec.Struct, frozen=True):
    """What the widget asks for."""

    user: User | None = None


class NotSigned(HTTPException):
    """The page could not show that this user is its own."""

    status_code = 403
    detail = WRONG


async def read_json(request: Asked, form: type[Any]) -> Any:
    """The body as ``form``; raises Refused in our own words."""
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=form)
    except msgspec.ValidationError as error:
        raise Refused(f"This is not understood: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("This is not JSON.") from None


@post("/chat/{key:str}/session", status_code=200, opt={"cookieless": True})
async def session(request: Asked, key: FromPath[str]) -> Response[Any]:
    """Begin, or come back."""
    asked: Session = await read_json(request, Session)
    bound = await chat_of(request, key)
    if asked.user is not None:
        return Response(await _signed(request, bound, asked.user), headers=NO_STORE)
    if "authorization" not in request.headers:
        await limits.new_visitor(ground_of(request).database, remote_of(request))
        return Response({"token": visitor_token.new_browser(key_of(bound))}, headers=NO_STORE)
    return Response(await _history(request, key), headers=NO_STORE)


async def _signed(request: Asked, bound: Bound, user: User) -> dict[str, str]:
    if not visitor_token.user_is_signed(secret_of(bound), user.id, user.hash):
        await limits.wrong_hash(ground_of(request).database, remote_of(request))
        raise NotSigned
    return {"token": visitor_token.new_user(key_of(bound), user.id, time.time())}


async def _history(request: Asked, key: str) -> dict[str, Any]:
    visitor = await visitor_of(request, key)
    async with ground_of(request).database.begin() as tx:
        after = await events.horizon(tx)  # before the queries: what comes later is news
        visitor = await known(tx, visitor)
        rows, files, more = await history.last(tx, visitor)
        return {
            "messages": shown.messages(visitor, rows, files),
            "more": more,
            "seen": await history.seen(tx, visitor),
            "staffed": await staffed(tx, visitor.brand_id),
            "proof": await challenge.form(tx, visitor),
            "after": str(after),
        }


@get("/chat/{key:str}/messages", opt={"cookieless": True})
async def messages(request: Asked, key: FromPath[str], before: FromQuery[int]) -> Response[Any]:
    """Earlier messages, on demand."""
    visitor = await visitor_of(request, key)
    async with ground_of(request).database.begin() as tx:
        visitor = await known(tx, visitor)
        rows, files, more = await history.last(tx, visitor, before=max(before, 1))
    return Response({"messages": shown.messages(visitor, rows, files), "more": more}, headers=NO_STORE)
