"""Nobody fills our memory with a request that never begins."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from madang.lib.bounded_http import BoundedHttp


async def _length(scope: object, receive: object, send: object) -> None:
    """Answers how many bytes the body had."""
    size, more = 0, True
    while more:
        message = await receive()  # type: ignore[operator]
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": str(size).encode()})  # type: ignore[operator]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server on loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(_length, http=BoundedHttp, lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve([listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await running


async def test_a_head_without_end_is_cut_off(port: int) -> None:
    with pytest.raises(ConnectionError):
        await _talk_on(port)


async def _talk_on(port: int) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
    for _ in range(1_000):
        writer.write(b"a" * 65_536)
        await writer.drain()


async def test_bodies_and_one_request_after_another_are_as_ever(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        for size in (0, 10, 5_000_000, 700_000, 3):
            answer = await http.post("/", content=b"x" * size, headers={"x": "y" * 10_000})
            assert (answer.status_code, answer.text) == (200, str(size))
