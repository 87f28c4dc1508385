"""An OAuth2 token endpoint (RFC 6749 §6): a refresh token for an access token."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """Gives out ``access_token`` for ``refresh_token``; ``asked`` keeps what was posted."""

    refresh_token: str = "refresh-1"
    access_token: str = "access-1"
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/token"

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
            form = {name: values[0] for name, values in parse_qs((await reader.readexactly(length)).decode()).items()}
            self.asked.append(form)
            known = form.get("refresh_token") == self.refresh_token
            answer = {"access_token": self.access_token, "expires_in": 3600} if known else {"error": "invalid_grant"}
            body = json.dumps(answer).encode()
            status = "200 OK" if known else "400 Bad Request"
            writer.write(
                f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
            )
            await writer.drain()
        writer.close()
