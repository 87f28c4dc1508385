"""The Messenger Platform on loopback: signed webhooks, the 24 hours and the tag for people, echoes, comments."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from typing import Any

import msgspec

from madang.channels.playing import Asked, Provider, Refused, Shown, Told
from madang.connectors.messenger.simulator.phone import Phone
from madang.lib.meta import GRAPH, speaking
from madang.lib.meta.shapes import obj, said
from madang.lib.meta.signing import sign


class Simulator(Provider):
    """``ahead`` moves its clock; ``approved`` is whether the app may use the tag HUMAN_AGENT."""

    def __init__(self) -> None:
        super().__init__()
        self.page_id, self.app_id = "108123456789012", "1517776481860111"
        self.token, self.app_secret, self.verify_token = "EAAP-simulated", secrets.token_hex(16), "verify-me"
        self.phones: dict[str, Phone] = {}
        self.subscribed = ""
        self.approved = True
        self.ahead = timedelta()
        self.replied: set[str] = set()  # comments that had their private answer
        self.hidden: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """A channel of this page."""
        made = {"page_id": self.page_id, "token": self.token, "app_secret": self.app_secret, "human_agent": "on"}
        return made | {"verify_token": self.verify_token, "api_url": self.url}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """Somebody on Facebook."""
        if name not in self.phones:
            self.phones[name] = Phone(self, hook, name, f"65432109876{len(self.phones):05}")
        return self.phones[name]

    def now(self) -> datetime:
        """Its clock."""
        return datetime.now(UTC) + self.ahead

    def milliseconds(self) -> int:
        """Its clock, as webhooks have it."""
        return int(self.now().timestamp() * 1000)

    def error(self, status: int) -> Any:
        """As Meta writes it."""
        code = {401: 190, 403: 200, 429: 613}.get(status, 2 if status >= 500 else 100)
        return _error(code, "the simulator was told so")

    async def deliver(self, hook: str, place: str, item: Mapping[str, Any]) -> None:
        """One signed webhook of the page."""
        entry = {"id": self.page_id, "time": self.milliseconds(), place: [item]}
        body = msgspec.json.encode({"object": "page", "entry": [entry]})
        headers = {"content-type": "application/json", "x-hub-signature-256": sign(self.app_secret, body)}
        await self.post(hook, body, headers)

    async def settled(self) -> None:
        """Until every echo and receipt that is under way was posted."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop listening, and forget what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()

    async def answer(self, asked: Asked) -> Told:
        """Checks the token first, as Meta does."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, _error(190, "Invalid OAuth access token."))
        place = asked.path.removeprefix(f"/{GRAPH}").strip("/")
        if asked.method == "GET":
            return self._read(place)
        if asked.method == "POST" and place == f"{self.page_id}/messages":
            return self._message(_body(asked))
        if asked.method == "POST" and place == f"{self.page_id}/subscribed_apps":
            self.subscribed = said(obj(asked.json()).get("subscribed_fields"))
            return Told({"success": True})
        return self._comment(asked, place)

    def _read(self, place: str) -> Told:
        if place == "me":
            return Told({"id": self.page_id, "name": "하늘"})
        for phone in self.phones.values():
            if place == phone.id:
                return Told({"name": phone.name, "id": phone.id})
        raise Refused(400, _error(100, f"Unsupported get request. Object with ID '{place}' does not exist", 33))

    def _message(self, given: tuple[Mapping[str, Any], Shown | None]) -> Told:
        body, file = given
        recipient = obj(body.get("recipient"))
        commented = said(recipient.get("comment_id")) or said(recipient.get("post_id"))
        phone = self._commenter(commented) if commented else self._person(said(recipient.get("id")))
        if "sender_action" in body:
            phone.act(body)
            return Told({"recipient_id": phone.id})
        message = obj(body.get("message"))
        if len(said(message.get("text"))) > 2000:
            raise Refused(400, _error(100, "(#100) Length of param message[text] must be less than or equal to 2000"))
        if commented:
            self._once(phone, commented)
        else:
            self._admit(phone, body)
        name = f"m_{secrets.token_urlsafe(32)}"
        phone.receive(name, message, file)
        self._later(phone.receipts(name, message))
        return Told({"recipient_id": phone.id, "message_id": name})

    def _person(self, wanted: str) -> Phone:
        for phone in self.phones.values():
            if phone.id == wanted:
                return phone
        raise Refused(400, _error(100, "(#100) No matching user found", 2018001))

    def _commenter(self, name: str) -> Phone:
        for phone in self.phones.values():
            bubble = phone.find(name)
            if bubble is not None and bubble.mine:
                return phone
        raise Refused(400, _error(100, "(#100) Invalid comment_id"))

    def _once(self, phone: Phone, name: str) -> None:
        bubble = phone.find(name)
        if name in self.replied:
            raise Refused(400, _error(10900, "(#10900) Activity already replied to"))
        if bubble is None or self.now() - bubble.at > speaking.HUMAN_WINDOW:
            raise Refused(400, _error(10901, "(#10901) Sending a private reply to this activity has expired"))
        self.replied.add(name)

    def _admit(self, phone: Phone, body: Mapping[str, Any]) -> None:
        if phone.blocked:
            raise Refused(400, _error(551, "(#551) This person isn't available right now.", 1545041))
        tagged = body.get("messaging_type") == "MESSAGE_TAG" and body.get("tag") == "HUMAN_AGENT" and self.approved
        allowed = speaking.HUMAN_WINDOW if tagged else speaking.WINDOW
        if phone.wrote is None or self.now() - phone.wrote > allowed:
            raise Refused(400, _error(10, "(#10) This message is sent outside of allowed window.", 2018278))

    def _comment(self, asked: Asked, place: str) -> Told:
        name, _, edge = place.partition("/")
        phone = self._commenter(name)
        bubble = phone.find(name)
        if asked.method == "POST" and edge == "comments":
            made = f"{name.partition('_')[0]}_{secrets.randbelow(10**15):015}"
            phone.commented(made, obj(asked.json()))
            return Told({"id": made})
        if asked.method == "POST" and not edge:
            change = self.hidden.add if obj(asked.json()).get("is_hidden") is True else self.hidden.discard
            change(name)
            return Told({"success": True})
        if asked.method == "DELETE" and not edge and bubble is not None:
            bubble.gone = True
            return Told({"success": True})
        raise Refused(400, _error(100, f"Unsupported {asked.method.lower()} request."))

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _body(asked: Asked) -> tuple[Mapping[str, Any], Shown | None]:
    """The fields of a call, from JSON or from a form with a file."""
    kind = asked.headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return obj(asked.json()), None
    whole = BytesParser(policy=policy.HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + asked.body)
    made: dict[str, Any] = {}
    file: Shown | None = None
    for part in whole.iter_parts():
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if name := part.get_filename():
            file = Shown(name, part.get_content_type(), data)
        else:
            field, words = str(part.get_param("name", header="content-disposition")), data.decode()
            made[field] = msgspec.json.decode(words) if words.startswith("{") else words
    return made, file


def _error(code: int, message: str, subcode: int = 0) -> dict[str, Any]:
    made = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "BLBz/WZt8dN"}
    return {"error": made | ({"error_subcode": subcode} if subcode else {})}
