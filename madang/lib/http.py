"""The one outgoing HTTP client of the house: time-outs, a size cap, redirects judged anew, the SSRF guard.

Proxies of the environment are not used: behind one, the guard would judge the proxy and not the target.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx
import msgspec

from madang.lib.http_guard import Blocked, Guard, GuardedNetwork

__all__ = ["Answer", "Blocked", "CallFailed", "Client", "Guard", "TimedOut", "TooMuch"]

_CONNECTIONS = 50
_REDIRECTS = 3

Content = bytes | AsyncIterable[bytes]  # in parts it is sent as they come, with the length its headers say


class CallFailed(Exception):
    """No answer that could be used. ``sent`` is False when the other side cannot have seen the request.

    ``status`` is what it answered, 0 when it did not.
    """

    def __init__(self, message: str, *, sent: bool, status: int = 0) -> None:
        super().__init__(message)
        self.sent = sent
        self.status = status


class TimedOut(CallFailed):
    """The other side took too long."""


class TooMuch(CallFailed):
    """The answer is larger than asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. ``headers`` has names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return msgspec.json.decode(self.body)


class Client:
    """Make one, share it, :meth:`close` it. Sizes in bytes, times in seconds.

    ``allow`` names private hosts and networks that may be called. ``timeout`` bounds each wait, ``total`` the whole
    call. Redirects are followed only where asked for: a request that carries a secret must not wander.
    """

    def __init__(
        self,
        allow: Iterable[str] = (),
        *,
        guard: Guard | None = None,
        timeout: float = 10,
        total: float = 60,
        limit: int = 4 << 20,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._total = total
        self._limit = limit
        self._http = httpx.AsyncClient(
            transport=_Transport(guard or Guard(allow), trust or _public_trust()),
            timeout=timeout,
            max_redirects=_REDIRECTS,
            trust_env=False,
            # Decoding would let a small answer become a huge one.
            headers={"user-agent": "Madang", "accept-encoding": "identity"},
        )

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: Content | None = None,
        json: Any = None,
        redirects: bool = False,
        limit: int | None = None,
        cut: bool = False,
    ) -> Answer:
        """One call, answered whole. Raises :class:`Blocked` or :class:`CallFailed`; a status is never an error.

        ``cut``: of a body larger than ``limit`` its beginning is enough, and of a compressed one nothing.
        """
        given = dict(headers or {})
        if json is not None:
            content = msgspec.json.encode(json)
            given.setdefault("content-type", "application/json")
        try:
            async with asyncio.timeout(self._total), self._open(method, url, given, content, redirects) as response:
                most = limit or self._limit
                body = await _beginning(response, most) if cut else b"".join([p async for p in _capped(response, most)])
                return Answer(response.status_code, response.headers, body)
        except TimeoutError:
            raise TimedOut(f"no whole answer in {self._total:g} seconds", sent=True) from None

    async def download(self, url: str, *, limit: int, headers: Mapping[str, str] | None = None) -> AsyncIterator[bytes]:
        """Stream a file of at most ``limit`` bytes. Raises as :meth:`request`, and CallFailed for all but 200."""
        end = asyncio.get_running_loop().time() + self._total
        async with self._open("GET", url, dict(headers or {}), None, redirects=True) as response:
            if response.status_code != 200:
                raise CallFailed(f"answered {response.status_code}", sent=True, status=response.status_code)
            async for part in _capped(response, limit):
                yield part
                if asyncio.get_running_loop().time() > end:
                    raise TimedOut(f"not complete after {self._total:g} seconds", sent=True)

    @asynccontextmanager
    async def _open(
        self, method: str, url: str, headers: dict[str, str], content: Content | None, redirects: bool
    ) -> AsyncIterator[httpx.Response]:
        try:
            request = self._http.build_request(method, url, headers=headers, content=content)
            response = await self._http.send(request, stream=True, follow_redirects=redirects)
            try:
                yield response
            finally:
                await response.aclose()
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TimedOut("no connection in time", sent=False) from None
        except httpx.TimeoutException:
            raise TimedOut("no answer in time", sent=True) from None
        except httpx.ConnectError as error:
            raise CallFailed(f"no connection: {error}", sent=False) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:  # UnicodeError: no host name
            raise CallFailed(f"not an address to call: {error}", sent=False) from None
        except httpx.HTTPError as error:
            raise CallFailed(f"broken off: {error!r}", sent=True) from None

    async def close(self) -> None:
        """Let go of every connection."""
        await self._http.aclose()


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool whose network is guarded (httpx has no public way to hand one in)."""

    def __init__(self, guard: Guard, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=_CONNECTIONS,
            keepalive_expiry=15,
            network_backend=GuardedNetwork(guard),
        )


@cache
def _public_trust() -> ssl.SSLContext:
    """The certificate authorities of the web; reading them takes 20 ms, so once a process."""
    return httpx.create_ssl_context()


async def _beginning(response: httpx.Response, limit: int) -> bytes:
    """At most ``limit`` bytes; the rest is never read."""
    body = b""
    if response.headers.get("content-encoding", "identity").lower() == "identity":
        async for part in response.aiter_raw():
            body += part
            if len(body) >= limit:
                break
    return body[:limit]


async def _capped(response: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise CallFailed("answered compressed although that was not asked for", sent=True)
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > limit:
            raise TooMuch(f"larger than {limit} bytes", sent=True)
        yield part
