"""Whether the port is free, and whether the desk answers."""

from __future__ import annotations

import asyncio
import dataclasses
import socket

import pytest

from madang import readiness
from madang.settings import Settings, SettingsError


async def answering(settings: Settings, answer: bytes) -> tuple[asyncio.Server, Settings]:
    """A server that says the same to everybody, and settings that point at it."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    return server, dataclasses.replace(settings, port=server.sockets[0].getsockname()[1])


async def test_ready_is_ready(settings: Settings) -> None:
    server, settings = await answering(settings, b"HTTP/1.1 200 OK\r\n\r\n{}")
    async with server:
        assert await readiness.ready(settings) == ""


async def test_not_ready_says_why(settings: Settings) -> None:
    server, settings = await answering(settings, b'HTTP/1.1 503 No\r\n\r\n{"worker": "missing"}')
    async with server:
        assert "worker" in await readiness.ready(settings)


async def test_nobody_there_is_not_ready(settings: Settings) -> None:
    server, settings = await answering(settings, b"")
    server.close()
    await server.wait_closed()
    assert "Connect call failed" in await readiness.ready(settings)


def test_a_free_port_may_be_used_and_a_taken_one_not(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_PATIENCE", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = dataclasses.replace(settings, port=taken.getsockname()[1])
        taken.listen()
        with pytest.raises(SettingsError, match=r"already in use.*--port"):
            readiness.require_free_port(settings)
    readiness.require_free_port(settings)


@pytest.mark.parametrize(
    ("host", "told"), [("no.such.host.invalid", "cannot listen"), ("192.0.2.1", "assign requested")]
)
def test_an_address_that_is_not_ours_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, host: str, told: str
) -> None:
    monkeypatch.setattr(readiness, "_PATIENCE", 0)
    with pytest.raises(SettingsError, match=told):
        readiness.require_free_port(dataclasses.replace(settings, host=host))
