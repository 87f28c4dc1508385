"""The SMTP side: aiosmtpd (Apache-2.0) as submission server and as the door of the hosted domains."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# What the next mail meets: a reply, a connection cut before or after it was taken, or silence until the sender goes.
Mood = Literal["421", "450", "451", "550", "552", "554", "drop", "drop-after", "silence"]
REPLIES = {
    "421": "421 4.3.2 Service shutting down",
    "450": "450 4.7.1 Greylisted, please try again later",
    "451": "451 4.7.0 Temporary problem, please try again later",
    "550": "550 5.1.1 The mailbox does not exist",
    "552": "552 5.3.4 The message is too big",
    "554": "554 5.7.1 Rejected as spam",
}
Take = Callable[[str, list[str], bytes], Awaitable[None]]

logging.getLogger("mail.log").setLevel(logging.ERROR)  # the library warns of its own use of its own past


class Submission(SMTP):
    """Long lines and 50 MB, as large providers take them."""

    line_length_limit = 1 << 20


class SmtpSide:
    """``knows(address, secret)`` judges sign-in, ``hosts(address)`` a recipient, ``take`` keeps a mail."""

    def __init__(self, knows: Callable[[str, str], bool], hosts: Callable[[str], bool | None], take: Take) -> None:
        self.knows = knows
        self.hosts = hosts
        self.take = take
        self.moods: deque[Mood] = deque()
        self.connections = 0
        self.server: asyncio.Server | None = None
        self.open: set[asyncio.BaseTransport] = set()

    async def start(self, port: int = 0) -> int:
        """Listen; returns the port."""
        self.server = await asyncio.get_running_loop().create_server(self._connection, "127.0.0.1", port)
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and hang up on everybody."""
        if self.server is not None:
            self.server.close()
        await self.hang_up()

    async def hang_up(self) -> None:
        """Cut every connection."""
        for transport in list(self.open):
            transport.close()
        self.open.clear()
        await asyncio.sleep(0)

    def _connection(self) -> SMTP:
        self.connections += 1
        return Submission(
            self,
            data_size_limit=50 << 20,
            hostname="mail.simulator.example",
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and self.knows(data.login.decode(), data.password.decode())
        return AuthResult(success=known, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """Google's and Microsoft's way to sign in."""
        try:
            fields = base64.b64decode(args[1]).decode().split("\x01")
        except (IndexError, binascii.Error, UnicodeDecodeError):
            return AuthResult(success=False, handled=False)
        user = fields[0].removeprefix("user=")
        token = fields[1].removeprefix("auth=Bearer ") if len(fields) > 1 else ""
        return AuthResult(success=self.knows(user, token), handled=False, auth_data=user)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if server.transport is not None:
            self.open.add(server.transport)
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.moods and self.moods[0] in ("450", "550"):
            return REPLIES[self.moods.popleft()]
        hosted = self.hosts(address)
        if hosted is False:
            return REPLIES["550"]
        if hosted is None and not session.authenticated:
            return "550 5.7.1 Relaying denied"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self.moods.popleft() if self.moods else None
        if mood in REPLIES:
            return REPLIES[str(mood)]
        if mood == "silence":
            await asyncio.Event().wait()
        content = envelope.content
        if mood != "drop" and isinstance(content, bytes):
            await self.take(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        if mood and server.transport is not None:
            server.transport.close()
            await asyncio.sleep(0)
        return "250 OK: kept"
