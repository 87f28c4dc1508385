"""The least a server can do: read a request, say ok. ``kind`` raw is a bare protocol, http the house's HTTP stack.

What the same loader gets through here is the ceiling of the loader, and of HTTP in Python on this machine.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn

from madang.bench.loaders.tasks import tell, told, work
from madang.channels.connector import Reply
from madang.channels.hooks import answer, read_body
from madang.lib.bounded_http import BoundedHttp

OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"
END = b"content-length: "


class Raw(asyncio.Protocol):
    """Counts whole requests by their heads' lengths, without a parser."""

    def __init__(self) -> None:
        self._kept = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._kept += data
        answers = 0
        while (head := self._kept.find(b"\r\n\r\n")) >= 0:
            length = int(self._kept[self._kept.index(END) + len(END) :].split(b"\r\n", 1)[0])
            if len(self._kept) < head + 4 + length:
                break
            self._kept = self._kept[head + 4 + length :]
            answers += 1
        if answers:
            self._transport.write(OK * answers)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The bare application: the body is read, nothing is done with it."""
    await read_body(receive, 1 << 20)
    await answer(send, Reply())


async def run(task: dict[str, Any]) -> None:
    """Serve until told anything, or until whoever started us is gone."""
    if task["kind"] == "raw":
        server = await asyncio.get_running_loop().create_server(Raw, "127.0.0.1", 0)
        tell(port=server.sockets[0].getsockname()[1])
        await told()
        return
    config = uvicorn.Config(app, http=BoundedHttp, lifespan="off", access_log=False, log_config=None)
    config.load()
    state = uvicorn.server.ServerState()
    made = await asyncio.get_running_loop().create_server(
        lambda: BoundedHttp(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    tell(port=made.sockets[0].getsockname()[1])
    await told()


if __name__ == "__main__":
    work(run)
