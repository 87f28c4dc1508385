"""What every request passes first: it gets its id, its time is taken, and one that fails or is slow leaves a line."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from madang.lib import trace
from madang.lib.meters import Histogram

log = logging.getLogger("madang.front")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SLOW = 1.0  # seconds
GONE = 499  # as proxies call it: whoever asked went away in the middle of her own words
KINDS = {kind: f"{kind}xx" for kind in range(1, 6)}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class Times:
    """How long each route took, by what it answered; how many requests are under way."""

    routes: dict[tuple[str, str, str], Histogram] = field(default_factory=dict)  # (method, route, 2xx … 5xx)
    running: int = 0

    def took(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request is answered."""
        key = (method, route, KINDS.get(status // 100, "5xx"))
        if (known := self.routes.get(key)) is None:
            known = self.routes[key] = Histogram()
        known.observe(seconds)


class Front:
    """Outermost. Only what a proxy of ``trusted`` says of a request is believed: its id, and whom it came from."""

    def __init__(self, app: App, trusted: Sequence[str] = (), times: Times | None = None) -> None:
        self._app: Any = ProxyHeadersMiddleware(app, list(trusted)) if trusted else app  # type: ignore[arg-type]
        self._trusted = [ipaddress.ip_network(one) for one in trusted]
        self.times = times or Times()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection of any kind; only requests are timed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["proven"] = trusted = bool(self._trusted) and self._trusts(scope)
        request = (trace.given(scope["headers"]) if trusted else "") or trace.new()
        await self._timed(scope, receive, send, request)

    async def _timed(self, scope: Scope, receive: Receive, send: Send, request: str) -> None:
        status, begun, token = 0, time.perf_counter(), trace.begin(request)

        async def told(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request.encode())]
            await send(message)

        async def heard() -> MutableMapping[str, Any]:
            message = await receive()
            if message["type"] == "http.disconnect" and not status:
                scope["gone"] = True
            return message

        self.times.running += 1
        try:
            await self._app(scope, heard, told)
        finally:
            self.times.running -= 1
            self._note(scope, GONE if scope.get("gone") else status, time.perf_counter() - begun)
            trace.end(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        if route.endswith("/stream") and status < 500:  # it was open for as long as somebody looked
            return
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self.times.took(method, route, status or 500, seconds)
        if status >= 500 or not status or seconds > SLOW:
            about = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
            log.warning("a request failed" if status >= 500 or not status else "a request was slow", extra=about)

    def _trusts(self, scope: Scope) -> bool:
        try:
            peer = ipaddress.ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)


def route_of(scope: Mapping[str, Any]) -> str:
    """The pattern of the address: the address itself may hold a one-time key, which no log may keep."""
    known: str = scope.get("path_template") or scope.get("door") or ""
    return known or "(none)"
