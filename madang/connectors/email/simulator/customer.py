"""A customer with a mail program: writes as Naver or Gmail would, reads, answers with the history below."""

from __future__ import annotations

import asyncio
import base64
import smtplib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal
from uuid import uuid4

from madang.connectors.email.simulator.mailbox import Mailbox
from madang.connectors.email.simulator.server import MailServer
from madang.lib.mail import Mail

Files = tuple[tuple[str, str, bytes], ...]  # name, mime, content
Program = Literal["naver", "gmail"]
CHARSET = {"naver": ("euc-kr", "cp949"), "gmail": ("UTF-8", "utf-8")}  # (label, codec): Naver's label says less


@dataclass
class Customer:
    """One person. Her mailbox is opened at the same provider."""

    server: MailServer
    address: str
    name: str
    program: Program = "gmail"
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mailbox: Mailbox = self.server.accounts.get(self.address) or self.server.open_account(self.address)

    async def write(
        self,
        to: str,
        subject: str,
        text: str,
        files: Files = (),
        headers: tuple[str, ...] = (),
    ) -> str:
        """Send a mail; returns its Message-ID. ``files`` are (name, mime, content)."""
        message_id = f"<{uuid4().hex}@{self.address.rpartition('@')[2]}>"
        raw = self.raw(to, subject, text, files, (f"Message-ID: {message_id}", *headers))
        await asyncio.to_thread(self._submit, to, raw)
        self.sent.append(message_id)
        return message_id

    async def answer(self, mail: Mail, text: str, files: Files = ()) -> str:
        """Reply to a mail as the program does: to Reply-To, threaded, with the history below."""
        to = (mail.reply_to or mail.sender).address
        threading = (
            f"In-Reply-To: {mail.message_id}",
            f"References: {' '.join((*mail.references, mail.message_id or ''))}",
        )
        return await self.write(to, f"Re: {mail.subject}", text + "\n\n" + self.history(mail), files, threading)

    async def wait(self, *, after: int = 0, timeout: float = 10) -> Mail:
        """The next mail behind the ``after`` first ones in her mailbox."""
        return await self.mailbox.wait(after=after, timeout=timeout)

    def history(self, mail: Mail) -> str:
        """What the program quotes below an answer."""
        if self.program == "naver":
            header = f'From: "{mail.sender.name}" <{mail.sender.address}>\nTo: <{self.address}>;\nCc: '
            return f"-----Original Message-----\n{header}\nSubject: {mail.subject}\n\n{mail.text}"
        marked = "\n".join(f"> {line}".rstrip() for line in mail.text.split("\n"))
        return f"2026년 11월 21일 (토) 오후 3:21, {mail.sender.name} <{mail.sender.address}>님이 작성:\n\n{marked}"

    def raw(self, to: str, subject: str, text: str, files: Files, headers: tuple[str, ...]) -> bytes:
        """The mail as the program puts it on the wire."""
        fields = [
            f"From: {self._word(self.name)} <{self.address}>",
            f"To: {to}",
            f"Subject: {self._word(subject)}",
            f"Date: {format_datetime(datetime.now(UTC))}",
            *headers,
            "MIME-Version: 1.0",
        ]
        label, codec = CHARSET[self.program]
        body = f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        body += lines(text.replace("\n", "\r\n").encode(codec, "replace"))
        if not files:
            return "\r\n".join(fields).encode() + b"\r\n" + body.encode()
        parts = [body, *(self._part(*file) for file in files)]
        joined = "".join(f"--=_simulated\r\n{part}\r\n" for part in parts)
        fields.append('Content-Type: multipart/mixed; boundary="=_simulated"')
        return "\r\n".join(fields).encode() + f"\r\n\r\n{joined}--=_simulated--\r\n".encode()

    def _part(self, name: str, mime: str, content: bytes) -> str:
        word = self._word(name)
        return (
            f'Content-Type: {mime}; name="{word}"\r\nContent-Disposition: attachment; filename="{word}"\r\n'
            f"Content-Transfer-Encoding: base64\r\n\r\n{lines(content)}"
        )

    def _word(self, text: str) -> str:
        """RFC 2047; only what is short comes as one word, which is all a simulated customer says in a header."""
        label, codec = CHARSET[self.program]
        return f"=?{label}?B?{base64.b64encode(text.encode(codec, 'replace')).decode()}?="

    def _submit(self, to: str, raw: bytes) -> None:
        with smtplib.SMTP(self.server.host, self.server.smtp_port, timeout=20) as client:
            client.login(self.address, self.mailbox.password)
            client.sendmail(self.address, [to], raw)


def lines(content: bytes) -> str:
    """Base64 in lines of 76 characters."""
    return base64.encodebytes(content).decode().replace("\n", "\r\n")
