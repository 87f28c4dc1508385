"""The mail side: customers' mails are put into the mailbox, our answers come to the simulated server by SMTP."""

from __future__ import annotations

import asyncio
import base64
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from random import Random
from typing import Any

from madang.channels.registry import simulator
from tests.faults.pace import Pace
from tests.faults.speech import Line

ADDRESS = "support@haneul.example"
REPEATED = 0.05  # of the mails lie in the mailbox twice, as some servers deliver them
OURS = re.compile(r"<c\d+\.m(\d+)\.")


@dataclass(frozen=True, slots=True)
class Letter:
    """An answer of ours in a customer's hands."""

    message_id: str
    reply_to: str
    references: str


class Post:
    """Knows what was put into the mailbox (``accepted``, by customer), and which answers were really taken."""

    def __init__(self, seed: int) -> None:
        self.server: Any = simulator("email").MailServer()
        self.accepted: dict[str, list[str]] = defaultdict(list)
        self.arrived: list[int] = []  # the numbers of our messages, in order of arrival
        self.repeats = 0
        self.answers = 0  # mails that answer one of ours
        self._latest: dict[str, Letter] = {}
        self._own: dict[str, str] = {}  # the Message-ID a customer wrote last
        self._read = 0
        self._rng = Random(f"{seed} mail")

    async def start(self) -> None:
        """Listen, and open our mailbox."""
        await self.server.start()
        self.server.open_account(ADDRESS)

    def settings(self) -> list[str]:
        """How the channel is set up."""
        given = {"address": ADDRESS, "name": "Haneul", "incoming": "imap", "password": "correct horse"}
        for side in ("imap", "smtp"):
            given |= {f"{side}_host": self.server.host, f"{side}_security": "none"}
            given[f"{side}_port"] = str(getattr(self.server, f"{side}_port"))
        return [word for name, value in given.items() for word in ("--set", f"{name}={value}")]

    async def write(self, pens: list[list[Line]], pace: Pace) -> None:
        """All pens side by side, each line by line."""
        await asyncio.gather(*(self._pen(one, pace) for one in pens))

    async def _pen(self, lines: list[Line], pace: Pace) -> None:
        for line in lines:
            await pace.turn("mail")
            raw, to = self._raw(line)
            await self.server.deliver(to, raw, address_of(line.who))
            self.accepted[line.who].append(line.mark)
            pace.count("mail")
            if self._rng.random() < REPEATED:
                self.repeats += 1
                await self.server.deliver(to, raw, address_of(line.who))

    def _raw(self, line: Line) -> tuple[bytes, str]:
        """A mail, and whom it goes to: an answer to what we wrote her last, else in a thread with her own last one."""
        self.look()
        letter = self._latest.pop(line.who, None)
        own, name = self._own.get(line.who), f"<{line.mark}@customers.example>"
        threading = [f"In-Reply-To: {own}", f"References: {own}"] if own else []
        if letter:
            self.answers += 1
            threading = [f"In-Reply-To: {letter.message_id}", f"References: {letter.references} {letter.message_id}"]
        self._own[line.who] = name
        to = letter.reply_to if letter else ADDRESS
        head = [
            f"From: Customer {line.who} <{address_of(line.who)}>",
            f"To: {to}",
            f"Subject: {'Re: ' if threading else ''}About {line.who}",
            f"Date: {format_datetime(datetime.now(UTC))}",
            f"Message-ID: {name}",
            *threading,
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        body = base64.encodebytes(line.text.encode()).replace(b"\n", b"\r\n")
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body, to

    def look(self) -> None:
        """Read what has arrived since the last look."""
        fresh, self._read = self.server.outside[self._read :], len(self.server.outside)
        for address, raw in fresh:
            head = BytesHeaderParser().parsebytes(raw)
            name = str(head["Message-ID"])
            found = OURS.match(name)
            self.arrived.append(int(found[1]) if found else 0)
            reply_to = str(head["Reply-To"]).rpartition("<")[2].rstrip(">")
            self._latest[address.partition("@")[0]] = Letter(name, reply_to, " ".join(str(head["References"]).split()))

    async def close(self) -> None:
        """Stop."""
        await self.server.stop()


def address_of(who: str) -> str:
    """A customer's mail address."""
    return f"{who}@customers.example"
