"""Whether our address is free before we start, and whether the desk answers there after."""

from __future__ import annotations

import asyncio
import socket
import time

from madang.settings import Settings
from madang.settings_values import SettingsError, is_every_address

_PATIENCE = 3.0  # seconds for a web process whose supervisor was just killed to leave


def require_free_port(settings: Settings) -> None:
    """Raise SettingsError when somebody else listens on our host and port."""
    deadline = time.monotonic() + _PATIENCE
    while (reason := _taken(settings.host, settings.port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if reason:
        raise SettingsError(
            f"Madang cannot listen on {settings.host} port {settings.port}: {reason}. "
            "Stop the program that listens there, or give another with --port."
        )


def free_port_after(port: int) -> int:
    """The first port of loopback behind this one on which nobody listens; 0, any, when twenty are taken."""
    return next((near for near in range(port + 1, min(port + 21, 65536)) if not _taken("127.0.0.1", near)), 0)


async def ready(settings: Settings) -> str:
    """Empty when /readyz says yes; else why not."""
    try:
        async with asyncio.timeout(5):
            return await _ask(settings)
    except (OSError, TimeoutError) as error:
        return str(error) or type(error).__name__


async def _ask(settings: Settings) -> str:
    host = "localhost" if is_every_address(settings.host) else settings.host
    reader, writer = await asyncio.open_connection(host, settings.port)
    try:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    return "" if head.startswith(b"HTTP/1.1 200 ") else body.decode("utf-8", "replace")


def _taken(host: str, port: int) -> str:
    """Why the port cannot be bound; empty when it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""
