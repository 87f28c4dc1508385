"""The phone's own small web server, on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.types import Scope

from madang.demo.phone.apps import Phone
from madang.demo.phone.views import ROUTES, pages
from madang.lib.errors import NotFound

log = logging.getLogger("madang.demo")

LARGEST = 30 << 20  # bytes of one request


def app(phone: Phone, desk: str) -> Litestar:
    """The phone's routes. ``desk`` is the house's public address."""
    return Litestar(
        ROUTES,
        before_request=refuse_strangers,
        after_exception=[_log_fault],
        exception_handlers={NotFound: lambda _request, _error: Response({"problem": ""}, status_code=404)},
        state=State({"phone": phone, "desk": desk, "pages": pages()}),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=LARGEST,
    )


async def _log_fault(error: Exception, scope: Scope) -> None:
    if getattr(error, "status_code", 500) >= 500 and not isinstance(error, NotFound):
        log.error("the phone's page failed: %s", scope["path"], exc_info=error)


def refuse_strangers(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Only this machine's own browser, at a loopback address, and only our own page may do something.

    A page elsewhere could lead its name to 127.0.0.1 (then the host is its own), or post to us (then our header is
    missing: no other page may send it without asking first, and we never allow it).
    """
    if not local(request.headers.get("host", "")):
        return Response("This page is for this machine alone.", status_code=421, media_type="text/plain")
    if request.method not in {"GET", "HEAD"} and request.headers.get("x-phone") != "1":
        return Response("Only the phone's own page may do this.", status_code=403, media_type="text/plain")
    return None


def local(host: str) -> bool:
    """Whether a Host header names loopback."""
    name = urlsplit(f"//{host}").hostname or ""
    with contextlib.suppress(ValueError):
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    return False


class PhoneServer:
    """Serves until stopped. ``port`` 0 takes any free one."""

    def __init__(self, phone: Phone, desk: str, port: int) -> None:
        config = uvicorn.Config(
            app(phone, desk), "127.0.0.1", port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Its address, once it listens. Raises OSError when the port is taken."""
        self._task = asyncio.create_task(self._serve())
        while not self._server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}/demo/phone"

    async def _serve(self) -> None:
        try:
            await self._server.serve()
        except SystemExit:  # what uvicorn does when it cannot bind
            raise OSError("the phone's port is taken") from None

    async def stop(self) -> None:
        """Stop within a second, streams or not."""
        self._server.should_exit = self._server.force_exit = True
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
