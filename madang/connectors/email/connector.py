"""E-mail: a mailbox watched by IMAP IDLE or an SMTP door of our own, and SMTP out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Inbound,
    Kind,
    Limits,
    Malformed,
    Outbound,
    Sent,
)
from madang.channels.inventory import Stock
from madang.connectors.email import inspection, stock
from madang.connectors.email.account import account_of
from madang.connectors.email.imap import connect
from madang.connectors.email.inbound import facts
from madang.connectors.email.listening import Listening
from madang.connectors.email.oauth import Tokens
from madang.connectors.email.outbound import mail_of, named
from madang.connectors.email.problems import explain
from madang.connectors.email.pull import Puller
from madang.connectors.email.sending import Sender
from madang.lib.mail import NotAMail


class Email(Connector):
    """One mail address."""

    name = "email"
    caps = (
        Cap.TEXT
        | Cap.HTML
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.QUOTE
        | Cap.SUBJECT
        | Cap.INITIATE
        | Cap.VERIFY
    )
    # Base64 makes a third more of a file: 18 MB are the 25 MB that large providers take.
    limits = Limits(text=1_000_000, media_bytes=18 << 20, message_bytes=18 << 20, body_bytes=50 << 20, per_second=10)
    identity = Kind.EMAIL
    bars = False

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.account = account_of(config)
        self.tokens = Tokens(self.account)
        self.sender = Sender(self.tokens)
        self.source: Puller | Listening | None = None

    @staticmethod
    def inspect(raw: bytes) -> dict[str, Any]:
        """A raw mail as JSON-ready data. Raises :class:`Malformed`."""
        try:
            return inspection.inspect(raw)
        except NotAMail as error:
            raise Malformed(str(error)) from None

    def speaks_as(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """The mailbox's address and its aliases; the one she wrote to comes first."""
        return self.account.speaks_as(heard)

    def hears(self, address: str) -> bool:
        """Whether a mail to it comes to this mailbox."""
        return self.account.hears(address)

    def others(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """Whom her mail named in To and Cc."""
        return named(heard)

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """A message, a receipt for one that bounced, or nothing for what is our own."""
        return facts(self.account, self.config.token_key, delivery)

    async def send(self, out: Outbound) -> Sent:
        """Send a mail under a Message-ID that is the same at every try."""
        identifier, raw, recipients = mail_of(self.account, self.config.token_key, dict(self.config.brand), out)
        said = await self.sender.send(raw, recipients)
        return Sent(identifier, names_given(self.account.smtp.host, said))

    async def listen(self, cursor: str) -> AsyncIterator[tuple[Sequence[Delivery], str]]:
        """Mail as it comes. An empty pair at first says that the connection stands."""
        if self.account.incoming == "imap":
            self.source = Puller(self.tokens)
            pairs: AsyncGenerator[tuple[Sequence[Delivery], str], None] = self.source.pull(cursor)
        elif self.account.incoming == "smtp":
            self.source = Listening(self.account)
            pairs = self.source.listen()
        else:
            yield (), cursor
            await asyncio.Event().wait()
            return
        async with aclosing(pairs):
            async for pair in pairs:
                yield pair

    async def stock(self, cursor: str, since: Mapping[str, int]) -> Stock | None:
        """What lies in the mailbox; None where mail comes by SMTP."""
        return await stock.stock(self.tokens, cursor, since) if self.account.incoming == "imap" else None

    async def again(self, stream: str, numbers: Sequence[int]) -> AsyncIterator[Delivery]:
        """Mails of the mailbox once more."""
        async for one in stock.again(self.tokens, stream, numbers):
            yield one

    async def check(self) -> None:
        """Sign in at both servers, as sending and receiving will."""
        if self.account.incoming == "imap":
            await self._check_imap()
        if self.account.incoming == "smtp":
            Listening(self.account).tls()
        try:
            client = await self.sender.connect()
        except Exception as error:
            raise explain(error, self.account.smtp) from error
        self.sender.keep(client)
        await self.sender.close()

    async def _check_imap(self) -> None:
        try:
            box = await connect(self.account, await self.tokens.secret(self.account.imap.password))
        except Exception as error:
            raise explain(error, self.account.imap) from error
        box.close()

    async def close(self) -> None:
        """Hang up everywhere."""
        if self.source is not None:
            self.source.close()
        await self.sender.close()


def names_given(host: str, said: str) -> tuple[str, ...]:
    """Further Message-IDs the mail goes by: Amazon SES puts one of its own in the place of ours."""
    if not host.endswith(".amazonaws.com"):
        return ()
    identifier = said.split()[-1] if said.split() else ""
    region = host.split(".")[1] if host.count(".") > 2 else ""
    domains = ["email.amazonses.com", *([f"{region}.amazonses.com"] if region else [])]
    return tuple(f"<{identifier}@{domain}>" for domain in domains) if identifier else ()
