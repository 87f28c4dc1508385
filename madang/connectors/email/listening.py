"""Our own SMTP door: ``250`` is said only after the mail is durable, so that nobody ever loses one to us."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from madang.channels.connector import Delivery, SetupError
from madang.connectors.email.account import Account
from madang.connectors.email.envelope import envelope
from madang.connectors.email.flood import Floods
from madang.lib.mail.reply_token import without_token

MAX_MAIL = 50 << 20  # bytes on the wire: an attachment of 25 MB and more
MAX_AT_ONCE = 50  # connections
DURABLE = 60.0  # seconds a mail may take to become durable
GROUP = 100  # mails stored in one transaction


class Door(SMTP):
    """Real mails have lines longer than the RFC allows."""

    line_length_limit = 1 << 20


@dataclass
class Waiting:
    """A mail that was received and not yet stored."""

    delivery: Delivery
    stored: asyncio.Future[bool]


@dataclass
class Listening:
    """One channel's door. :meth:`listen` runs until it is closed or cancelled."""

    account: Account
    queue: asyncio.Queue[Waiting] = field(default_factory=asyncio.Queue)
    floods: Floods = field(default_factory=Floods)
    server: asyncio.Server | None = None
    guests: set[asyncio.BaseTransport] = field(default_factory=set)
    port: int = 0

    async def listen(self) -> AsyncGenerator[tuple[Sequence[Delivery], str], None]:
        """Groups of mails. Asking for the next group says that the last one is durable."""
        await self.open()
        group: list[Waiting] = []
        try:
            yield (), ""
            while True:
                group = await self.gather()
                yield [one.delivery for one in group], ""
                settle(group, True)
                group = []
        finally:
            settle(group, False)
            self.close()

    async def open(self) -> None:
        """Bind the port."""
        try:
            tls = self.tls()
            made = await asyncio.get_running_loop().create_server(
                lambda: self.door(tls), self.account.listener.host, self.account.listener.port
            )
        except (OSError, OverflowError, ssl.SSLError) as error:
            raise SetupError("This port cannot be used. Another program may have it.", "listen_port") from error
        self.server = made
        self.port = int(made.sockets[0].getsockname()[1])

    def tls(self) -> ssl.SSLContext | None:
        """The certificate for STARTTLS, None without one."""
        files = self.account.listener
        if not files.certificate:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(files.certificate, files.key or None)
        except (OSError, ssl.SSLError) as error:
            message = "The certificate or its key cannot be read."
            raise SetupError(message, "listen_certificate") from error
        return context

    def door(self, tls: ssl.SSLContext | None) -> SMTP:
        loop = asyncio.get_running_loop()
        name = self.account.domain or "localhost"
        return Door(self, data_size_limit=MAX_MAIL, hostname=name, ident="Madang", tls_context=tls, loop=loop)

    async def gather(self) -> list[Waiting]:
        """All that waits, once something does."""
        group = [await self.queue.get()]
        while len(group) < GROUP and not self.queue.empty():
            group.append(self.queue.get_nowait())
        return group

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Remember who is here, to hang up when the channel closes."""
        session.host_name = hostname
        if server.transport is not None:
            self.guests = {guest for guest in self.guests if not guest.is_closing()} | {server.transport}
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin, unless too many are here already."""
        if len(self.guests) > MAX_AT_ONCE:
            return "421 4.3.2 Too many connections, please try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only what is ours: this is no relay."""
        if without_token(address).lower() not in self.account.listener.addresses:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope_: Envelope) -> str:
        """Wait until it is durable; whoever hears anything else sends it again."""
        content = envelope_.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        recipients = tuple(envelope_.rcpt_tos)
        peer = str(session.peer[0]) if isinstance(session.peer, tuple) else ""
        place = f"smtp {peer}"
        waiting = Waiting(
            envelope(raw, place, self.floods, None, recipients), asyncio.get_running_loop().create_future()
        )
        await self.queue.put(waiting)
        try:
            async with asyncio.timeout(DURABLE):
                stored = await waiting.stored
        except TimeoutError:
            stored = False
        return "250 2.0.0 Stored" if stored else "451 4.3.0 It could not be stored, please send it again"

    def close(self) -> None:
        """Close the door and hang up."""
        if self.server is not None:
            self.server.close()
            self.server = None
        while not self.queue.empty():
            settle([self.queue.get_nowait()], False)
        for guest in self.guests:
            with contextlib.suppress(RuntimeError):
                guest.close()
        self.guests.clear()


def settle(group: Sequence[Waiting], stored: bool) -> None:
    """Tell those who wait for their 250; who has hung up waits no more."""
    for one in group:
        if not one.stored.done():
            one.stored.set_result(stored)
