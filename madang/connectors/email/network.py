"""Connections to mail servers: resolved once, judged by the house's guard, and made to the address that was judged."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterable

from madang.lib.http_guard import Guard

PATIENCE = 20.0  # seconds for a connection


async def dial(host: str, port: int, allow: Iterable[str]) -> socket.socket:
    """A connected, non-blocking socket. Raises OSError, TimeoutError or :class:`madang.lib.http_guard.Blocked`."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE):
        failure: OSError = socket.gaierror(f"{host} has no address")
        for address in await Guard(allow).addresses(host, port):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            made = socket.socket(family, socket.SOCK_STREAM)
            made.setblocking(False)
            try:
                await loop.sock_connect(made, (address, port))
            except BaseException as error:
                made.close()
                if not isinstance(error, OSError):
                    raise
                failure = error
            else:
                keep_alive(made)
                return made
    raise failure


def keep_alive(made: socket.socket) -> None:
    """Notice a peer that vanished without a word: idle connections are otherwise quiet for minutes."""
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 4)):
        with contextlib.suppress(AttributeError, OSError):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)
