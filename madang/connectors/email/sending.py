"""SMTP out: connections kept for a short while, and every refusal turned into what to do about it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import aiosmtplib

from madang.channels.connector import SendError, SetupError
from madang.connectors.email.account import Account
from madang.connectors.email.network import PATIENCE, dial
from madang.connectors.email.oauth import Tokens
from madang.connectors.email.problems import explain
from madang.lib.http_guard import Blocked

IDLE = 10.0  # seconds a connection is kept; large providers end them after little more
KEPT = 2  # connections
SLOW = 110.0  # seconds for the mail itself: the house gives a send two minutes
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
PACE = re.compile(r"rate|too many|limit|quota|throttl|greylist|try again|4\.7\.", re.IGNORECASE)
GREYLISTED = timedelta(minutes=5)


@dataclass
class Sender:
    """Sends mails of one account."""

    tokens: Tokens
    idle: list[tuple[aiosmtplib.SMTP, asyncio.TimerHandle]] = field(default_factory=list)

    async def send(self, raw: bytes, recipients: Sequence[str]) -> str:
        """Hand the mail to the server; returns what the server said. Raises :class:`SendError`."""
        client = await self.ready()
        try:
            said = await self.transmit(client, raw, recipients)
        except BaseException:
            client.close()
            raise
        self.keep(client)
        return said

    async def ready(self) -> aiosmtplib.SMTP:
        """A connection that has just answered, or a new one."""
        while self.idle:
            client, timer = self.idle.pop()
            timer.cancel()
            try:
                await client.rset(timeout=PATIENCE)
            except (aiosmtplib.SMTPException, OSError):
                client.close()
            else:
                return client
        try:
            return await self.connect()
        except SetupError as error:
            passing = error.field == "token_url"  # the provider's, most often; a refused token has a field of its own
            raise SendError("down" if passing else "auth", error.message) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise self.refused(error) from error
        except (aiosmtplib.SMTPException, OSError, Blocked) as error:
            raise self.unreachable(error) from error

    async def connect(self) -> aiosmtplib.SMTP:
        """Connect and sign in. Raises what :func:`madang.connectors.email.problems.explain` explains."""
        account = self.tokens.account
        server = account.smtp
        client = aiosmtplib.SMTP(
            hostname=server.host,
            sock=await dial(server.host, server.port, account.allow_hosts),
            timeout=PATIENCE,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=ssl.create_default_context() if server.security != "none" else None,
            local_hostname=account.domain if account.domain.isascii() and account.domain else "localhost",
        )
        try:
            await client.connect()
            await self.sign_in(client, account)
        except BaseException:
            client.close()
            raise
        return client

    async def sign_in(self, client: aiosmtplib.SMTP, account: Account) -> None:
        if account.auth == "none" and not account.smtp.password:
            return
        secret = await self.tokens.secret(account.smtp.password)
        await client.ehlo()
        if account.auth == "oauth2":
            await client.auth_xoauth2(account.smtp.user, secret)
        else:
            await client.login(account.smtp.user, secret)

    async def transmit(self, client: aiosmtplib.SMTP, raw: bytes, recipients: Sequence[str]) -> str:
        """One mail over one connection. Only after DATA can it be unknown whether the server took it."""
        try:
            await client.mail(self.tokens.account.address, options=size_option(client, raw))
            for address in recipients:
                await client.rcpt(address)
        except aiosmtplib.SMTPResponseException as error:
            raise policy(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self.unreachable(error) from error
        try:
            return (await client.data(raw, timeout=SLOW)).message
        except aiosmtplib.SMTPResponseException as error:
            raise policy(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SendError("unsure", "The connection broke off while the mail was handed over.") from error

    def keep(self, client: aiosmtplib.SMTP) -> None:
        """For the next mail, if it comes soon."""
        if not client.is_connected:
            return
        if len(self.idle) >= KEPT:
            client.close()
            return
        timer = asyncio.get_running_loop().call_later(IDLE, self.let_go, client)
        self.idle.append((client, timer))

    def let_go(self, client: aiosmtplib.SMTP) -> None:
        self.idle = [(one, timer) for one, timer in self.idle if one is not client]
        client.close()

    async def close(self) -> None:
        """Say goodbye on every connection."""
        while self.idle:
            client, timer = self.idle.pop()
            timer.cancel()
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=2)
            client.close()

    def refused(self, error: aiosmtplib.SMTPAuthenticationError) -> SendError:
        """Sign-in failed: for now, or until somebody changes it."""
        self.tokens.forget()
        if 400 <= error.code < 500:
            return SendError("down", words(error))
        return SendError("auth", explain(error, self.tokens.account.smtp).message)

    def unreachable(self, error: Exception) -> SendError:
        """No connection, or one that ended before the mail was handed over: nothing was sent."""
        if isinstance(error, Blocked):
            return SendError("policy", str(error))
        code = getattr(error, "code", 0)
        if code:
            return SendError("down", words(error))
        return SendError("down", explain(error, self.tokens.account.smtp).message)


def size_option(client: aiosmtplib.SMTP, raw: bytes) -> list[str]:
    """Tell the size where the server wants to know it (RFC 1870): it may refuse before it has read it all."""
    return [f"size={len(raw)}"] if client.supports_extension("size") else []


def words(error: Exception) -> str:
    """What the server said, on one line."""
    code, message = getattr(error, "code", 0), " ".join(str(getattr(error, "message", error)).split())
    return f"The mail server answered: {code} {message}"[:500]


def policy(error: aiosmtplib.SMTPResponseException) -> SendError:
    """What a refusal of the server means for this mail (RFC 5321 §4.2, RFC 3463)."""
    match = ENHANCED.search(error.message)
    subject, detail = (int(match[2]), int(match[3])) if match else (0, 0)
    if error.code < 500:
        paced = bool(PACE.search(error.message)) or error.code in (450, 451, 452)
        return SendError("rate" if paced else "down", words(error), retry=GREYLISTED if error.code == 450 else None)
    if (subject, detail) == (4, 5):  # Google's daily limit
        return SendError("rate", words(error), retry=timedelta(hours=1))
    if (subject, detail) == (3, 4) or error.code == 552:
        return SendError("invalid", words(error))
    if error.code in (530, 534, 535, 538) or isinstance(error, aiosmtplib.SMTPSenderRefused):
        return SendError("auth", words(error))
    if isinstance(error, aiosmtplib.SMTPRecipientRefused) and subject != 7:
        return SendError("invalid", words(error))
    if subject in (1, 2, 3) or error.code == 553:
        return SendError("invalid", words(error))
    if (subject, detail) in ((7, 8), (7, 9)):
        return SendError("auth", words(error))
    return SendError("policy", words(error))
