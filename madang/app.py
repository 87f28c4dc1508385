"""The ASGI app: raw doors in front, the framework behind, one stream of news for all."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from types import FrameType
from typing import Any

import uvicorn
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import Middleware
from litestar.types import Scope as LitestarScope
from sqlalchemy import text

from madang.api import routes as api
from madang.channels.book import Book
from madang.channels.door import Door
from madang.channels.hooks import Hooks
from madang.conversations.joining.queries import Elsewhere
from madang.crm.door import CrmDoor
from madang.desk import errors
from madang.desk import routes as desk
from madang.desk.page import pages
from madang.desk.stream import DeskStream
from madang.events.stream import Stream
from madang.front import Front, Times, route_of
from madang.ground import Ground
from madang.lib.admission import Unfit
from madang.lib.bounded_http import BoundedHttp
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import impossible
from madang.lib.processes import many_files
from madang.metrics.door import metrics
from madang.metrics.state import Own
from madang.portal import routes as portal
from madang.portal.stream import PortalStream
from madang.settings import Settings
from madang.staff.middleware import SignedIn
from madang.staff.permissions import NotPermitted

log = logging.getLogger("madang.web")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

READY = text("select exists (select from heartbeat where kind = 'worker' and at > now() - interval '15 seconds')")


@get("/healthz", include_in_schema=False, opt={"open": True})
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@get("/readyz", include_in_schema=False, opt={"open": True})
async def readyz(state: State) -> Response[dict[str, str]]:
    """200 when the database answers and a worker's heart beats, else 503; says which is missing."""
    parts = {"database": "ok", "worker": "ok"}
    try:
        async with asyncio.timeout(3), state.ground.database.begin() as tx:
            if not (await tx.execute(READY)).scalar_one():
                parts["worker"] = "missing"
    except Exception as error:
        log.warning("not ready: %s", error)
        parts = {"database": "missing", "worker": "unknown"}
    ready = set(parts.values()) == {"ok"}
    answer = {"status": "ready" if ready else "not ready", **parts}
    return Response(answer, status_code=200 if ready else 503)


@get("/readyz/web", include_in_schema=False, opt={"open": True})
async def readyz_web(state: State) -> Response[dict[str, str]]:
    """200 when this process reaches the database, else 503: whether a balancer may send people here.

    A web without workers still takes in what providers bring; none would be left if all were taken out for that.
    """
    try:
        async with asyncio.timeout(3), state.ground.database.begin() as tx:
            await tx.execute(text("select 1"))
    except Exception as error:
        log.warning("not ready: %s", error)
        return Response({"status": "not ready", "database": "missing"}, status_code=503)
    return Response({"status": "ready", "database": "ok"})


async def _log_fault(error: Exception, scope: LitestarScope) -> None:
    """A fault of ours is written down with its route; what a visitor did wrong is told to her alone.

    Who goes away before she has said everything (a tab that is shut, a phone in a lift) is no fault; the framework says
    so by an error of its own. What else breaks after she has gone is one all the same.
    """
    left = bool(scope.get("gone")) and isinstance(error, HTTPException)
    expected = isinstance(error, NotFound | Refused | NotPermitted | Elsewhere) or impossible(error) or left
    if not expected and getattr(error, "status_code", 500) >= 500:
        log.error("%s failed", route_of(scope), exc_info=error)


def framework(lifespan: Sequence[Callable[[Litestar], AbstractAsyncContextManager[None]]] = ()) -> Litestar:
    """All routes and what stands around them, on no house yet. Building it costs 50 ms."""
    middleware: list[Middleware] = [SignedIn()]
    return Litestar(
        [healthz, readyz, readyz_web, metrics, *desk.ROUTES, *portal.ROUTES, *api.ROUTES],
        lifespan=lifespan,
        middleware=middleware,
        after_exception=[_log_fault],
        exception_handlers=errors.ANYWHERE,
        openapi_config=None,
        logging_config=None,
        request_max_body_size=30 << 20,
    )


class App:
    """One web process. Tests stand a ``frame`` they have built before on one house after another, without lifespan."""

    def __init__(self, ground: Ground, frame: Litestar | None = None) -> None:
        self.ground = ground
        self.times = Times()
        self.book = Book(ground)
        self.door = Door(ground.database, ground.files)
        self.hooks = Hooks(self.book, self.door)
        self.crm = CrmDoor(ground)
        self.desk = DeskStream(ground)
        self.portal = PortalStream(ground, self.book)
        self.stream = Stream(ground.database, [self.desk, self.portal], self.book.forget)
        self.inner = copy(frame) if frame else framework([self._life])
        self.inner.state = State({"ground": ground, "book": self.book, "door": self.door, "stream": self.stream})
        self.inner.state.own = Own(ground, self.times, self.door, {"desk": self.desk, "portal": self.portal})

    @asynccontextmanager
    async def _life(self, _app: Litestar) -> AsyncIterator[None]:
        news = asyncio.create_task(self._hear())
        pages()  # reads every text of the house: the first answer of a process is in the reader's language, too
        try:
            yield
        finally:
            self.stream.stop()
            news.cancel()
            await asyncio.gather(news, return_exceptions=True)
            await self.ground.close()

    async def _hear(self) -> None:
        try:
            await self.stream.run()
        except* Unfit as several:  # somebody has migrated while we were cut off
            log.error("%s This process ends.", several.exceptions[0])
            signal.raise_signal(signal.SIGTERM)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Four raw doors, then the framework."""
        path: str = scope["path"] if scope["type"] == "http" else ""
        if path.startswith("/hooks/"):
            scope["door"] = "/hooks/{key}"
            await self.hooks(scope, receive, send)
        elif path.startswith("/crm/"):
            scope["door"] = "/crm/{key}"
            await self.crm(scope, receive, send)
        elif path == "/stream":
            scope["door"] = path
            await self.desk.serve(scope, receive, send, self.stream)
        elif path.startswith("/chat/") and path.endswith("/stream"):
            scope["door"] = "/chat/{key}/stream"
            await self.portal.serve(scope, receive, send, self.stream)
        else:
            await self.inner(scope, receive, send)  # type: ignore[arg-type]


class Server(uvicorn.Server):
    """Ends the open streams before uvicorn waits for connections: one of them would hang the shutdown."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to stop."""
        self._app.stream.stop()
        super().handle_exit(sig, frame)


def serve(settings: Settings, url: str) -> None:
    """The web process's whole life."""
    many_files()
    app = App(Ground.open(settings, url))
    config = uvicorn.Config(
        Front(app, settings.trusted_proxies, app.times),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=BoundedHttp,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # the front believes them, after it has looked who sends them
        timeout_graceful_shutdown=5,
    )
    Server(config, app).run()
