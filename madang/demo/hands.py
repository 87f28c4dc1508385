"""The customers' hands: each writes by the channel's own simulator, over real SMTP, IMAP and HTTP."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from madang.channels import playing
from madang.channels.registry import simulator
from madang.demo.company import CHANNELS, Company, Kept
from madang.demo.doors import Doors
from madang.demo.story import By, Person
from madang.ground import Ground
from madang.lib.http import CallFailed

Heard = Callable[[str, "Hand"], Awaitable[None]]  # an answer's words, and the hand that may write back


class Hand:
    """One customer on one channel of one brand."""

    by: By

    async def say(self, text: str, subject: str = "") -> None:
        """Write something."""
        raise NotImplementedError

    async def listen(self, heard: Heard) -> None:
        """Tell of every answer, until cancelled."""
        raise NotImplementedError


class Mail(Hand):
    """A mail program."""

    by: By = "mail"

    def __init__(self, server: Any, person: Person, to: str) -> None:
        program = "naver" if person.charset == "euc-kr" else "gmail"
        self._customer = simulator("email").Customer(server, person.address, person.name, program)
        self._to = to
        self._thread: list[str] = []
        self._read = len(self._customer.mailbox.mails)
        self._last: Any = None

    async def say(self, text: str, subject: str = "") -> None:
        """A new mail when there is a subject, else an answer to the last one, hers or ours."""
        if subject:
            self._last, self._thread = None, []
        if self._last is not None:
            self._thread.append(await self._customer.answer(self._last, text))
            return
        headers = (f"In-Reply-To: {self._thread[-1]}", f"References: {' '.join(self._thread)}") if self._thread else ()
        title = subject or "Re: (…)"
        self._thread.append(await self._customer.write(self._to, title, text, headers=headers))

    async def listen(self, heard: Heard) -> None:
        """Read what comes."""
        while True:
            self._last = await self._customer.wait(after=self._read, timeout=10**6)
            self._read += 1
            await heard(self._last.reply_text or self._last.text, self)

    async def catch_up(self) -> None:
        """Answer the newest of our mails that is there."""
        if len(self._customer.mailbox.mails) > self._read:
            self._read = len(self._customer.mailbox.mails)
            self._last = await self._customer.wait(after=self._read - 1, timeout=1)


class Chat(Hand):
    """A visitor of the site."""

    by: By = "chat"

    def __init__(self, http: httpx.AsyncClient, key: str, person: Person, kept: Kept) -> None:
        self._visitor = simulator("webchat").Visitor(
            http, key, name=person.name, page="https://haneul.example/products"
        )
        self._place = f"{key}:{person.address}"
        self._kept = kept
        self._visitor.token = kept.tokens.get(self._place, "")

    async def say(self, text: str, subject: str = "") -> None:
        """Write in the widget, after a moment of typing."""
        if not self._visitor.token:
            await self._visitor.open()
            self._kept.tokens[self._place] = self._visitor.token
        await self._visitor.say(text)

    async def listen(self, heard: Heard) -> None:
        """Keep the chat open."""
        while True:
            try:
                await self._visitor.open()
                self._kept.tokens[self._place] = self._visitor.token
                async with self._visitor.listening():
                    await self._hear(heard)
            except httpx.HTTPError:
                await asyncio.sleep(2)

    async def _hear(self, heard: Heard) -> None:
        told = len(self._visitor.heard)
        while True:
            await asyncio.sleep(0.5)
            for kind, data in self._visitor.heard[told:]:
                told += 1
                if kind == "message" and data.get("mark"):
                    await self._visitor.read(data)
                    await self._visitor.type()
                    await heard(str(data.get("text", "")), self)


class Kiosk(Hand):
    """The shop's own program on the ``api`` channel."""

    by: By = "kiosk"

    def __init__(self, machine: Any, hook: str, person: Person) -> None:
        self._machine = machine
        self._hook = hook
        self._person = person
        self._known: set[str] = set()

    async def say(self, text: str, subject: str = "") -> None:
        """Post a signed webhook."""
        number = str(uuid.uuid4())
        sender = {"kind": "email", "value": self._person.address, "name": self._person.name}
        at = datetime.now(UTC).isoformat()
        body = {"type": "message", "id": number, "at": at, "from": sender, "text": text}
        await self._machine.post(self._hook, number, body)

    async def listen(self, heard: Heard) -> None:
        """Look what was posted to us."""
        while True:
            await asyncio.sleep(0.5)
            for key, body in list(self._machine.received.items()):
                if key not in self._known and body.get("to", {}).get("value") == self._person.address:
                    self._known.add(key)
                    await heard(str(body.get("text", "")), self)


class Door(Hand):
    """An app on the person's phone."""

    def __init__(self, by: By, phone: playing.Person) -> None:
        self.by = by
        self._phone = phone

    async def say(self, text: str, subject: str = "") -> None:
        """Write in it."""
        try:
            await self._phone.say(f"{subject}\n{text}" if subject else text)
        except (playing.Undelivered, CallFailed) as error:
            raise OSError(str(error)) from None

    async def listen(self, heard: Heard) -> None:
        """Read what comes."""
        read = len(self._phone.bubbles)
        while True:
            await asyncio.sleep(0.5)
            for bubble in self._phone.bubbles[read:]:
                read += 1
                if not bubble.mine:
                    await heard(bubble.text, self)


class Street:
    """Every simulator, and the hands of everybody."""

    def __init__(self, ground: Ground, http: httpx.AsyncClient, kept: Kept) -> None:
        self._ground = ground
        self.http = http
        self._kept = kept
        self._hands: dict[tuple[str, str, str], Hand] = {}
        self.mail = simulator("email").MailServer()
        self.kiosk = simulator("api").Simulator("")
        self.doors = Doors()

    async def open(self) -> None:
        """Start the providers."""
        await self.mail.start()
        await self.kiosk.start()
        await self.doors.open()

    async def close(self) -> None:
        """Stop them; a customer who is just handing in a mail is not waited for."""
        await self.doors.close()
        await self.mail.hang_up()
        await self.mail.stop()
        await self.kiosk.stop()

    def opens(self, brand: str, by: By) -> bool:
        """Whether there is such a way; the simulator of a door may not have started."""
        return (brand, by) in CHANNELS or (brand, by) in self.doors.channels

    def hand(self, company: Company, brand: str, by: By, person: Person) -> Hand:
        """The person's hand on that channel."""
        place = (brand, by, person.address)
        if place not in self._hands:
            self._hands[place] = self._made(company, brand, by, person)
        return self._hands[place]

    def _made(self, company: Company, brand: str, by: By, person: Person) -> Hand:
        if (provider := self.doors.providers.get((brand, by))) is not None:
            hook = f"{str(self.http.base_url).rstrip('/')}/hooks/{self.doors.channels[brand, by].key}"
            return Door(by, provider.person(hook, person.name))
        row = company.channels[brand, by]
        if by == "mail":
            return Mail(self.mail, person, str(row.settings["address"]))
        if by == "chat":
            return Chat(self.http, row.key, person, self._kept)
        self.kiosk.secret = company.secret(self._ground, brand, by)
        return Kiosk(self.kiosk, f"{self.http.base_url}/hooks/{row.key}".replace("//hooks", "/hooks"), person)
