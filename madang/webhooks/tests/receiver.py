"""A program on the other side: real sockets on loopback, judged by the standard's own package."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec
from standardwebhooks import Webhook as Verifier


@dataclass(frozen=True)
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The body."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found

    def proven(self, secret: str) -> bool:
        """Whether the official verifier takes it."""
        try:
            Verifier(secret).verify(self.body, self.headers)
        except Exception:
            return False
        return True


@dataclass
class Receiver:
    """Answers what it is told to, and remembers what it heard."""

    status: int = 200
    body: bytes = b"thanks"
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    heard: list[Heard] = field(default_factory=list)
    refuse: Any = None  # Callable[[Heard], int | None]
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/madang"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                await self._one(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self._open.discard(writer)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        one = Heard(head[0].split(" ")[1], headers, body)
        self.heard.append(one)
        if self.silent:
            await reader.read()
            raise ConnectionError
        status = (self.refuse(one) if self.refuse else None) or self.status
        more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(self.body)}\r\n{more}\r\n".encode() + self.body)
        await writer.drain()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for one in list(self._open):
            one.close()

    @property
    def texts(self) -> list[str]:
        """What the messages it heard say."""
        return [one.said["data"]["message"]["text"] for one in self.heard]

    @property
    def kinds(self) -> list[str]:
        return [one.said["type"] for one in self.heard]
