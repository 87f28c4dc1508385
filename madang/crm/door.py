"""Where CRMs say what has changed: raw ASGI in front of the framework. Proven, kept, and only then answered 2xx.

Kept is which contacts to look at, not what is said of them: how they are is read, so that a repeated, late or reordered
webhook changes nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asyncpg import PostgresError
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from madang.channels.connector import Forged, Malformed, Reply, Request
from madang.channels.hooks import AGAIN, TOO_LARGE, answer, read_body, request_of
from madang.channels.registry import UnknownConnector, crm
from madang.crm.account import config
from madang.crm.actions import progress, queueing
from madang.crm.queries import by_key
from madang.ground import Ground

log = logging.getLogger("madang.crm")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

UNKNOWN = Reply(404, b"no such CRM")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class CrmDoor:
    """``POST /crm/<key>``."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        try:
            row = await self._account(scope["path"].removeprefix("/crm/"))
            if row is None:
                return await answer(send, UNKNOWN)
            body = await read_body(receive, crm(row.connector).limits.body_bytes)
            if body is None:
                return await answer(send, TOO_LARGE)
            return await answer(send, await self._take(row, request_of(scope, body)))
        except (OSError, SQLAlchemyError, PostgresError) as error:
            log.warning("a CRM's webhook is not kept, it is told to repeat: %s", error)
            return await answer(send, AGAIN)

    async def _account(self, key: str) -> Row[Any] | None:
        if not _KEY.fullmatch(key):
            return None
        async with self._ground.database.begin() as tx:
            return await by_key(tx, key)

    async def _take(self, row: Row[Any], request: Request) -> Reply:
        try:
            bound = crm(row.connector)(config(self._ground, row))
            reply = bound.verify(request)
            some = bound.hear(request) if reply.store else ()
        except UnknownConnector:
            return UNKNOWN
        except Forged as error:
            log.warning("refused a webhook to CRM %s from %s: %s", row.id, request.remote, error)
            return Reply(403, str(error).encode())
        except Malformed as error:
            return Reply(400, str(error).encode())
        except ValueError as error:  # its secret cannot be opened
            log.error("CRM %s: %s", row.id, error)
            return AGAIN
        if reply.store:
            async with self._ground.database.begin() as tx:
                await progress.heard(tx, row.id)
                await queueing.heard(tx, row.id, some)
        return reply
