"""The provider as a whole: accounts, hosted domains, delivery between them, bounces, failures on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from madang.connectors.email.simulator.bounce import bounce
from madang.connectors.email.simulator.imap import ImapSide
from madang.connectors.email.simulator.mailbox import Mailbox
from madang.connectors.email.simulator.smtp import Mood, SmtpSide


@dataclass
class MailServer:
    """Start it, open accounts, point a channel at ``host``, ``smtp_port`` and ``imap_port``.

    A mail to an unknown mailbox of a hosted domain is refused with 550; one to a foreign domain is kept in ``outside``,
    or comes back as a bounce when its local part is ``bounce``. Addresses may carry a ``+tag``.
    """

    host: str = "127.0.0.1"
    smtp_port: int = 0
    imap_port: int = 0
    accounts: dict[str, Mailbox] = field(default_factory=dict)
    outside: list[tuple[str, bytes]] = field(default_factory=list)
    refuse_sign_in: bool = False

    def __post_init__(self) -> None:
        self.imap = ImapSide(lambda: self.refuse_sign_in)
        self.smtp = SmtpSide(self._knows, self._hosts, self._take)

    async def start(self) -> None:
        """Listen on free ports, or on the ports it had before."""
        self.smtp_port = await self.smtp.start(self.smtp_port)
        self.imap_port = await self.imap.start(self.imap_port)

    async def stop(self) -> None:
        """Stop both sides; the mails stay."""
        await self.smtp.stop()
        await self.imap.stop()

    async def hang_up(self) -> None:
        """Cut every connection, and go on listening."""
        await self.smtp.hang_up()
        await self.imap.hang_up()

    def open_account(self, address: str, password: str = "correct horse") -> Mailbox:
        """A mailbox and its sign-in; its domain is hosted from now on."""
        self.accounts[address] = Mailbox(address, password)
        self.imap.open_account(address, password)
        return self.accounts[address]

    def change_password(self, address: str, password: str) -> None:
        """As when an access token ends and another begins."""
        self.accounts[address].password = password
        self.imap.open_account(address, password)

    def will(self, *moods: Mood) -> None:
        """How the next mails are met, one each."""
        self.smtp.moods.extend(moods)

    def calm(self) -> None:
        """From now on mails are met as usual."""
        self.smtp.moods.clear()

    async def deliver(self, address: str, raw: bytes, sender: str = "somebody@elsewhere.example") -> None:
        """Put a mail into an account as if another server had brought it. Machines have the empty ``sender``."""
        account = self.accounts[plain(address)]
        stamped = trace(raw, address, sender)
        account.keep(stamped)
        await self.imap.append(account.address, stamped)

    def _knows(self, address: str, secret: str) -> bool:
        account = self.accounts.get(address)
        return not self.refuse_sign_in and account is not None and account.password == secret

    def _hosts(self, address: str) -> bool | None:
        """True for a mailbox here, False for an unknown one of a domain here, None for a domain elsewhere."""
        if plain(address) in self.accounts:
            return True
        domains = {known.rpartition("@")[2] for known in self.accounts}
        return False if address.rpartition("@")[2].lower() in domains else None

    async def _take(self, sender: str, recipients: list[str], raw: bytes) -> None:
        for address in recipients:
            if plain(address) in self.accounts:
                await self.deliver(address, raw, sender)
            elif address.startswith("bounce@") and plain(sender) in self.accounts:
                await self.deliver(sender, bounce(raw, address), "")
            else:
                self.outside.append((address, raw))


def plain(address: str) -> str:
    """The mailbox behind an address with a tag."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def trace(raw: bytes, address: str, sender: str) -> bytes:
    """What a server writes above a mail when it delivers it."""
    at = format_datetime(datetime.now(UTC))
    header = f"Return-Path: <{sender}>\r\nDelivered-To: {address}\r\nReceived: by mail.simulator.example; {at}\r\n"
    return header.encode() + raw
