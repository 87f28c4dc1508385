"""Phones of the doors whose simulators are no :class:`Provider`: mail, the site's chat, the shop's machine."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from madang.channels.playing import Bubble, Person, Shown, Undelivered, Verb

AGAIN = 2.0  # seconds until a chat that was cut off is opened once more


class Listener(Person):
    """A person who hears by listening, not by being called."""

    async def listen(self) -> None:
        """Put what comes into ``bubbles``, until cancelled."""
        raise NotImplementedError


class MailPerson(Listener):
    """A mail program. What she writes first is a new mail, later an answer to the last one."""

    verbs = frozenset[Verb]({"say", "file"})

    def __init__(self, name: str, customer: Any, to: str) -> None:
        super().__init__(name)
        self._customer, self._to = customer, to
        self._last: Any = None

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Hand a mail in; its first line is the subject of a new one."""
        parts = tuple((one.name, one.mime, one.content) for one in files)
        try:
            number = await self._send(text, parts)
        except OSError as error:
            raise RuntimeError(str(error)) from None
        bubble = Bubble(number, mine=True, text=text, files=tuple(files), state="sent")
        self.bubbles.append(bubble)
        return bubble

    async def _send(self, text: str, parts: tuple[tuple[str, str, bytes], ...]) -> str:
        if self._last is not None:
            return str(await self._customer.answer(self._last, text, parts))
        subject = text.strip().split("\n")[0][:60] or (parts[0][0] if parts else "…")
        return str(await self._customer.write(self._to, subject, text, parts))

    async def listen(self) -> None:
        """Read what comes."""
        read = len(self._customer.mailbox.mails)
        while True:
            mail = await self._customer.wait(after=read, timeout=10**6)
            read += 1
            if mail.sender.address != self._to:
                continue  # to the same mailbox, from another company
            self._last = mail
            files = tuple(Shown(one.name or "file", one.mime, one.content) for one in mail.attachments)
            words = mail.reply_text or mail.text
            number, author = mail.message_id or str(read), mail.sender.name or mail.sender.address
            self.bubbles.append(
                Bubble(number, mine=False, text=words, files=files, author=author, kind=mail.subject or "")
            )


class ChatPerson(Listener):
    """A visitor of the company's site with the chat open."""

    verbs = frozenset[Verb]({"say", "file", "typing", "read"})

    def __init__(self, name: str, visitor: Any, keep: Callable[[str], None]) -> None:
        super().__init__(name)
        self._visitor, self._keep = visitor, keep
        self._told: dict[str, dict[str, Any]] = {}  # ours, as the house last told them
        self._typed = 0.0

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Write in the widget."""
        keys = [(await self._visitor.upload(one.name, one.content, one.mime))["key"] for one in files]
        number = await self._visitor.say(text, files=keys)
        bubble = self.find(number) or Bubble(number, mine=True, text=text, files=tuple(files), state="sent")
        if bubble not in self.bubbles:
            self.bubbles.append(bubble)
        return bubble

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Writing, and having read."""
        if verb == "typing":
            await self._visitor.type()
        elif verb == "read" and bubble is not None and (told := self._told.get(bubble.id)):
            await self._visitor.read(told)
        else:
            await super().do(verb, bubble, value)

    async def listen(self) -> None:
        """Keep the chat open."""
        while True:
            try:
                history = (await self._visitor.open())["messages"]
                self._keep(self._visitor.token)
                for one in history:
                    await self._take(one)
                async with self._visitor.listening():
                    await self._hear()
            except (httpx.HTTPError, KeyError):
                await asyncio.sleep(AGAIN)

    async def _hear(self) -> None:
        told, loop = len(self._visitor.heard), asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.2)
            for kind, data in self._visitor.heard[told:]:
                told += 1
                if kind in {"message", "changed"}:
                    await self._take(data)
                elif kind == "typing":
                    self._typed = loop.time()
            self.typing = loop.time() < self._typed + 5

    async def _take(self, data: dict[str, Any]) -> None:
        """A message of either side, new or changed."""
        bubble = self.find(str(data["id"]))
        if bubble is None:
            at = datetime.fromisoformat(data["at"])
            author = (data.get("from") or {}).get("name", "")
            bubble = Bubble(str(data["id"]), data["dir"] == "in", at=at, author=author, files=await self._files(data))
            self.bubbles.append(bubble)
        if not bubble.mine:
            self._told[bubble.id] = data
            self._typed = 0.0
        bubble.text, bubble.gone = data["text"], bool(data.get("gone"))

    async def _files(self, data: dict[str, Any]) -> tuple[Shown, ...]:
        made = []
        for one in data.get("files") or ():
            answer = await self._visitor.download(one["key"])
            made.append(Shown(one["name"], one["mime"], answer.content if answer.is_success else b""))
        return tuple(made)


class MachinePerson(Listener):
    """Somebody at the shop's own machine: signed webhooks there, answers at its callback."""

    def __init__(self, name: str, machine: Any, hook: str, address: str) -> None:
        super().__init__(name)
        self._machine, self._hook, self._address = machine, hook, address
        self._known: set[str] = set()

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Post a signed webhook. Raises :class:`Undelivered`."""
        number = str(uuid.uuid4())
        sender = {"kind": "email", "value": self._address, "name": self.name}
        body = {"type": "message", "id": number, "at": datetime.now(UTC).isoformat(), "from": sender, "text": text}
        answer = await self._machine.post(self._hook, number, body)
        if not answer.ok:
            raise Undelivered(answer)
        bubble = Bubble(number, mine=True, text=text, state="sent")
        self.bubbles.append(bubble)
        return bubble

    async def listen(self) -> None:
        """Look what was posted to the machine."""
        while True:
            await asyncio.sleep(0.2)
            for key, body in list(self._machine.received.items()):
                if key not in self._known and body.get("to", {}).get("value") == self._address:
                    self._known.add(key)
                    self.bubbles.append(Bubble(key, mine=False, text=str(body.get("text", ""))))
