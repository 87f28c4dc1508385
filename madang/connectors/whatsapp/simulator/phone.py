"""One customer's WhatsApp: what she does becomes signed webhooks, what the house sends becomes bubbles."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar, Protocol

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Undelivered, Verb
from madang.connectors.whatsapp.simulator import showing
from madang.lib.http import CallFailed
from madang.lib.meta.shapes import said

_KINDS = {"image": "image", "video": "video", "audio": "audio"}


class Cloud(Protocol):
    """What her phone asks of the platform."""

    number: str
    held: dict[str, Shown]
    templates: list[dict[str, Any]]

    def hold(self, file: Shown) -> str:
        """Keep a file; its media id."""

    def now(self) -> datetime:
        """The platform's clock."""

    async def deliver(self, hook: str, field: str, value: Mapping[str, Any]) -> None:
        """A webhook to the house."""


class Phone(Person):
    """``user_id`` is the business-scoped one; ``hidden`` her number is not told, only that."""

    verbs: ClassVar[frozenset[Verb]] = frozenset(
        {"say", "file", "press", "react", "edit", "unsend", "read", "place", "block", "unblock"}
    )

    def __init__(self, meta: Cloud, hook: str, name: str, place: int, *, hidden: bool = False) -> None:
        super().__init__(name)
        self.meta, self.hook, self.hidden = meta, hook, hidden
        self.number = f"82105555{place:04}"
        self.user_id = f"KR.1349120865530274{place:04}"
        self.wrote: datetime | None = None
        self.blocked = False

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """A message; each file is one of its own, the first with the words under it."""
        if not files:
            return await self._say({"type": "text", "text": {"body": text}}, text)
        made = [await self._file(file, text if place == 0 else "") for place, file in enumerate(files)]
        return made[0]

    async def _file(self, file: Shown, caption: str) -> Bubble:
        kind = _KINDS.get(file.mime.partition("/")[0], "document")
        content: dict[str, Any] = {"id": self.meta.hold(file), "mime_type": file.mime, "sha256": "JhbQ="}
        content |= {"caption": caption} if caption else {}
        content |= {"filename": file.name} if kind == "document" else {}
        content |= {"voice": True} if kind == "audio" else {}
        return await self._say({"type": kind, kind: content}, caption, (file,))

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """An answer of a list, of buttons, or of a template."""
        context = {"from": self.meta.number, "id": bubble.id}
        row = {"id": button.value or button.label, "title": button.label}
        if bubble.kind == "template":
            pressed = {"type": "button", "button": {"payload": row["id"], "text": button.label}}
            return await self._say({"context": context, **pressed}, button.label)
        kind = "list_reply" if bubble.kind == "list" else "button_reply"
        answer = {"type": "interactive", "interactive": {"type": kind, kind: row}}
        return await self._say({"context": context, **answer}, button.label)

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """A place is "lat,lng"; reading concerns everything that came."""
        if verb in ("block", "unblock"):
            self.blocked = verb == "block"
        elif verb == "place":
            lat, _, lng = value.partition(",")
            await self._say({"type": "location", "location": {"latitude": float(lat), "longitude": float(lng)}}, "")
        elif verb == "read":
            for one in [one for one in self.bubbles if not one.mine and one.state != "read"]:
                one.state = "read"
                await self._status(one.id, "read")
        elif bubble is None:
            raise ValueError(f"{verb} wants a bubble")
        else:
            await self._change(verb, bubble, value)

    async def _change(self, verb: Verb, bubble: Bubble, value: str) -> None:
        made: dict[str, Any]
        if verb == "react":
            made = {"type": "reaction", "reaction": {"message_id": bubble.id, **({"emoji": value} if value else {})}}
            bubble.reaction = value
        elif verb == "edit":
            new = {"type": "text", "text": {"body": value}}
            made = {"type": "edit", "edit": {"original_message_id": bubble.id, "message": new}}
            bubble.text, bubble.edited = value, True
        elif verb == "unsend":
            made = {"type": "revoke", "revoke": {"original_message_id": bubble.id}}
            bubble.gone = True
        else:
            raise NotImplementedError(verb)
        await self._tell(made)

    async def moves(self, number: str) -> None:
        """A new number: with it comes a new user id."""
        old, before = self.number, self.user_id
        self.number, self.user_id = number, f"KR.{secrets.randbelow(10**18):018}"
        system = {"user_id": self.user_id, "previous_user_id": before}
        if self.hidden:
            system |= {"type": "user_changed_user_id", "body": f"User changed from {before} to {self.user_id}"}
        else:
            said_so = f"User {self.name} changed from {old} to {number}"
            system |= {"type": "user_changed_number", "wa_id": number, "body": said_so}
        made = {"id": _wamid(), "timestamp": self._time(), "type": "system", "system": system}
        made |= {} if self.hidden else {"from": old}
        await self.meta.deliver(self.hook, "messages", {"messages": [made]})

    async def _say(self, message: Mapping[str, Any], text: str, files: tuple[Shown, ...] = ()) -> Bubble:
        name = await self._tell(message)
        self.wrote = self.meta.now()
        bubble = Bubble(name, True, text, files=files, state="sent")
        self.bubbles.append(bubble)
        return bubble

    async def _tell(self, message: Mapping[str, Any]) -> str:
        name = _wamid()
        made = {"from_user_id": self.user_id, "id": name, "timestamp": self._time(), **message}
        made |= {} if self.hidden else {"from": self.number}
        await self.meta.deliver(self.hook, "messages", {"contacts": [self._contact()], "messages": [made]})
        return name

    def _contact(self) -> dict[str, Any]:
        known = {"username": "mina.k"} if self.hidden else {}
        made = {"profile": {"name": self.name, **known}, "user_id": self.user_id}
        return made | ({} if self.hidden else {"wa_id": self.number})

    def _time(self) -> str:
        return str(int(self.meta.now().timestamp()))

    def receive(self, name: str, given: Mapping[str, Any]) -> None:
        """A message of the house, as she sees it."""
        self.typing = False
        self.bubbles.append(showing.bubble(name, given, self.meta.held, self.meta.templates))

    def reacted(self, reaction: Mapping[str, Any]) -> None:
        """The house put a face on a message of hers."""
        if (bubble := self.find(said(reaction.get("message_id")))) is not None:
            bubble.reaction = said(reaction.get("emoji"))

    def seen(self, id: str, *, typing: bool) -> None:
        """The house has read her message, and perhaps writes."""
        if (bubble := self.find(id)) is not None and bubble.mine:
            bubble.state, self.typing = "read", typing

    async def receipts(self, name: str, problem: Mapping[str, Any] | None, tracker: str) -> None:
        """sent and delivered, or why not. A house that does not answer gets no receipt: Meta repeats for days."""
        more: dict[str, Any] = {"biz_opaque_callback_data": tracker} if tracker else {}
        with suppress(Undelivered, CallFailed):
            if problem is not None:
                await self._status(name, "failed", more | {"errors": [dict(problem)]})
                return
            billed = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
            for state in ("sent", "delivered"):
                await self._status(name, state, more | {"pricing": billed})

    async def _status(self, name: str, state: str, more: Mapping[str, Any] | None = None) -> None:
        made = {"id": name, "status": state, "timestamp": self._time(), "recipient_user_id": self.user_id}
        made |= {} if self.hidden else {"recipient_id": self.number}
        value = {"contacts": [self._contact()], "statuses": [made | dict(more or {})]}
        await self.meta.deliver(self.hook, "messages", value)


def _wamid() -> str:
    return f"wamid.{secrets.token_urlsafe(24)}"
