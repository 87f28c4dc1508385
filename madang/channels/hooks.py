"""The provider door: raw ASGI in front of the framework. Store first, think later."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from asyncpg import PostgresError
from sqlalchemy.exc import SQLAlchemyError

from madang.channels.book import Book, Bound
from madang.channels.connector import Delivery, Forged, Malformed, Reply, Request
from madang.channels.door import Door, NotStored
from madang.lib.files import Unavailable

log = logging.getLogger("madang.hooks")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

UNKNOWN = Reply(404, b"no such channel")
TOO_LARGE = Reply(413, b"the body is larger than this channel takes")
AGAIN = Reply(503, b"not stored, please repeat", headers=(("retry-after", "5"),))


class Hooks:
    """``POST /hooks/<channel key>``: verify, split, make durable, and only then answer 2xx."""

    def __init__(self, book: Book, door: Door) -> None:
        self._book = book
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        try:
            bound = await self._book.by_key(scope["path"].split("/")[2])
        except (OSError, SQLAlchemyError, PostgresError) as error:
            log.warning("a delivery could not be looked up, the provider is told to repeat: %s", error)
            return await answer(send, AGAIN)
        if bound is None:
            return await answer(send, UNKNOWN)
        body = await read_body(receive, bound.connector.limits.body_bytes)
        if body is None:
            return await answer(send, TOO_LARGE)
        return await answer(send, await self._take(bound, request_of(scope, body)))

    async def _take(self, bound: Bound, request: Request) -> Reply:
        try:
            reply = bound.connector.verify(request)
            deliveries = self._split(bound, request) if reply.store else ()
        except Forged as error:
            log.warning("refused a delivery to channel %s from %s: %s", bound.row.id, request.remote, error)
            return Reply(403, str(error).encode())
        except Malformed as error:
            return Reply(400, str(error).encode())
        if not deliveries:
            return reply
        try:
            await self._door.put(bound.row.id, deliveries)
        except (NotStored, Unavailable) as error:
            log.warning("channel %s: a delivery is not stored, the provider is told to repeat: %s", bound.row.id, error)
            return AGAIN
        return reply

    def _split(self, bound: Bound, request: Request) -> Sequence[Delivery]:
        try:
            return bound.connector.split(request)
        except Malformed:
            raise
        except Exception:  # a fault of ours must not lose what the provider proved: keep it whole
            log.exception("channel %s: a verified delivery could not be split, keeping it whole", bound.row.id)
            return [Delivery(sha256(request.body).hexdigest(), "", request.body)]


def request_of(scope: Scope, body: bytes) -> Request:
    """The ASGI scope, whose header names are in lower case, as the contract's request."""
    client, query = scope.get("client") or ("", 0), scope.get("query_string", b"")
    return Request(
        method=scope["method"],
        path=scope["path"],
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
        query=dict(parse_qsl(query.decode("latin-1"))) if query else {},
        remote=client[0],
    )


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None when it is over ``limit`` bytes or the client left."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def answer(send: Send, reply: Reply) -> None:
    """Send one whole response."""
    await send({"type": "http.response.start", "status": reply.status, "headers": _headers(reply)})
    await send({"type": "http.response.body", "body": reply.body})


@lru_cache(256)  # nearly every answer is one of a few
def _headers(reply: Reply) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", reply.mime.encode()),
        (b"content-length", str(len(reply.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *((name.encode(), value.encode()) for name, value in reply.headers),
    ]
