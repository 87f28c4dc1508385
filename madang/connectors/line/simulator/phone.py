"""A friend's phone: what she does becomes a signed webhook, as LINE posts it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import msgspec

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb
from madang.lib.http import Answer

KINDS = {
    "image/jpeg": "image",
    "image/png": "image",
    "video/mp4": "video",
    "audio/x-m4a": "audio",
    "audio/mp4": "audio",
}


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers of a webhook."""
    mark = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"x-line-signature": base64.b64encode(mark).decode(), "content-type": "application/json; charset=utf-8"}


class Line(Protocol):
    """What her phone asks of the platform."""

    secret: str
    content: dict[str, Shown]

    async def post(self, hook: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """A webhook to the house."""

    def number(self) -> str:
        """That of a fresh message."""

    def reply_token(self, place: str) -> str:
        """One for an answer to her or the group."""


class Phone(Person):
    """She writes to the account, or in a ``group``; what others of the group see is not played.

    In a group she can edit, too, and the group can make the account leave: LINE has neither in a chat of two.
    """

    verbs: ClassVar[frozenset[Verb]] = frozenset({"say", "file", "press", "unsend", "place", "block", "unblock"})

    def __init__(self, line: Line, hook: str, name: str, group: str = "") -> None:
        super().__init__(name)
        self.line, self.hook, self.group = line, hook, group
        self.user = "U" + hashlib.sha256(name.encode()).hexdigest()[:32]
        self.language = "ko" if any("가" <= letter <= "힣" for letter in name) else "en"
        self.blocked = False
        self.unread: dict[str, Bubble] = {}  # by the token that marks it as read
        self.posted: list[bytes] = []  # the webhooks, as they went off

    @property
    def place(self) -> str:
        """Where an answer goes: to her, or to the group."""
        return self.group or self.user

    def seen(self, token: str) -> None:
        """Our side has read up to this message."""
        for key, bubble in list(self.unread.items()):
            bubble.state = "read"
            del self.unread[key]
            if key == token:
                return

    def event(self, kind: str, **more: Any) -> dict[str, Any]:
        """One event, with what every event has."""
        source = {"type": "user", "userId": self.user}
        if self.group:
            made = "group" if self.group[0] == "C" else "room"
            source = {"type": made, f"{made}Id": self.group, "userId": self.user}
        return {
            "type": kind,
            **more,
            "webhookEventId": "01" + secrets.token_hex(12).upper(),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": int(time.time() * 1000),
            "source": source,
            "mode": "active",
        }

    async def post(self, *events: Mapping[str, Any]) -> None:
        """One webhook with these events. Raises :class:`Undelivered`."""
        body = msgspec.json.encode({"destination": "U" + "b0" * 16, "events": list(events)})
        self.posted.append(body)
        await self.line.post(self.hook, body, signed(self.line.secret, body))

    async def again(self, body: bytes) -> None:
        """Webhook redelivery: the same events, marked as such."""
        webhook = msgspec.json.decode(body)
        for event in webhook["events"]:
            event["deliveryContext"]["isRedelivery"] = True
        made = msgspec.json.encode(webhook)
        await self.line.post(self.hook, made, signed(self.line.secret, made))

    def message(self, kind: str, number: str, **more: Any) -> dict[str, Any]:
        """A message event."""
        token = secrets.token_urlsafe(24)
        about = {"type": kind, "id": number, **more, "markAsReadToken": token}
        if kind in ("text", "sticker", "image", "video"):
            about["quoteToken"] = f"q-{number}"
        if bubble := self.find(number):
            self.unread[token] = bubble
        return self.event("message", replyToken=self.line.reply_token(self.place), message=about)

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Words, and each file as a message of its own: LINE sends them so."""
        said: list[Bubble] = []
        if text or not files:
            said.append(self._mine(text))
            await self.post(self.message("text", said[0].id, text=text))
        for file in files:
            said.append(self._mine("", file))
            self.line.content[said[-1].id] = file
            await self.post(self._file(said[-1].id, file))
        return said[0]

    def _mine(self, text: str, *files: Shown) -> Bubble:
        bubble = Bubble(self.line.number(), True, text=text, files=files, state="sent")
        self.bubbles.append(bubble)
        return bubble

    def _file(self, number: str, file: Shown) -> dict[str, Any]:
        kind = KINDS.get(file.mime, "file")
        if kind == "file":
            return self.message("file", number, fileName=file.name, fileSize=len(file.content))
        more: dict[str, Any] = {"contentProvider": {"type": "line"}}
        if kind != "image":
            more["duration"] = 3000
        return self.message(kind, number, **more)

    async def stick(self, package: str = "446", sticker: str = "1988", *keywords: str) -> Bubble:
        """Send a sticker."""
        bubble = self._mine(" ".join(keywords) or "☺")
        about = {"packageId": package, "stickerId": sticker, "stickerResourceType": "STATIC"}
        await self.post(self.message("sticker", bubble.id, **about, keywords=list(keywords)))
        return bubble

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A postback with her words shown; one that opens a page tells nobody; one that only says, says."""
        if button.url:
            return bubble
        if not button.value:
            return await self.say(button.label)
        shown = self._mine(button.label)
        token = self.line.reply_token(self.place)
        await self.post(self.event("postback", replyToken=token, postback={"data": button.value}))
        return shown

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """edit (in a group only), unsend, place, block, unblock, leave (what a group does with the account)."""
        number = bubble.id if bubble else ""
        if verb == "edit" and bubble:
            bubble.text, bubble.edited = value, True
            about = {"type": "text", "id": number, "text": value, "quoteToken": f"q-{number}"}
            await self.post(self.event("messageEdited", message=about))
        elif verb == "unsend" and bubble:
            bubble.gone = True
            await self.post(self.event("unsend", unsend={"messageId": number}))
        elif verb == "place":
            where = json.loads(value) if value else {"lat": 37.5665, "lng": 126.978}
            spot = {"latitude": where["lat"], "longitude": where["lng"], "address": where.get("address", "서울 중구")}
            await self.post(self.message("location", self._mine(f"📍 {spot['address']}").id, **spot))
        elif verb == "block":
            self.blocked = True
            await self.post(self.event("unfollow"))
        elif verb == "unblock":
            self.blocked = False
            token = self.line.reply_token(self.place)
            await self.post(self.event("follow", replyToken=token, follow={"isUnblocked": True}))
        elif verb == "leave" and self.group:
            await self.post(self.event("leave"))
        else:
            await super().do(verb, bubble, value)
