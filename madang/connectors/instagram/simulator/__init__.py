"""Instagram messaging on loopback: signed webhooks, the 24 hours and the tag for people, echoes, comments."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from madang.channels.playing import Asked, Provider, Refused, Told
from madang.connectors.instagram.simulator.phone import Phone, mid
from madang.lib.meta import GRAPH, speaking
from madang.lib.meta.shapes import obj, said
from madang.lib.meta.signing import sign


class Simulator(Provider):
    """``ahead`` moves its clock; ``approved``: the app may use the tag HUMAN_AGENT.

    ``meanwhile`` happens between the echo of a message and the answer to who sent it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.account_id, self.username = "17841405822304914", "haneul.home"
        self.token, self.app_secret, self.verify_token = "IGAA-simulated", secrets.token_hex(16), "verify-me"
        self.phones: dict[str, Phone] = {}
        self.subscribed = ""
        self.approved = True
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self.ahead = timedelta()
        self.replied: set[str] = set()  # comments that had their private answer
        self.hidden: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """A channel of this account."""
        made = {"login": "instagram", "account_id": self.account_id, "username": self.username, "human_agent": "on"}
        made |= {"token": self.token, "app_secret": self.app_secret, "verify_token": self.verify_token}
        return made | {"api_url": self.url}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """Somebody on Instagram."""
        if name not in self.phones:
            self.phones[name] = Phone(self, hook, name, f"99887766554{len(self.phones):05}")
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
        """One signed webhook of the account."""
        entry = {"id": self.account_id, "time": self.milliseconds(), place: [item]}
        body = msgspec.json.encode({"object": "instagram", "entry": [entry]})
        headers = {"content-type": "application/json", "x-hub-signature-256": sign(self.app_secret, body)}
        await self.post(hook, body, headers)

    async def settled(self) -> None:
        """Until every echo that is under way was posted."""
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
        if asked.method == "POST" and place == "me/messages":
            return await self._message(obj(asked.json()))
        if asked.method == "POST" and place == "me/subscribed_apps":
            self.subscribed = said(obj(asked.json()).get("subscribed_fields"))
            return Told({"success": True})
        return self._comment(asked, place)

    def _read(self, place: str) -> Told:
        if place == "me":
            return Told({"id": "7", "user_id": self.account_id, "username": self.username})
        for phone in self.phones.values():
            if place == phone.id:
                return Told({"name": phone.name, "username": phone.username, "id": phone.id})
        raise Refused(400, _error(100, f"Unsupported get request. Object with ID '{place}' does not exist", 33))

    async def _message(self, body: Mapping[str, Any]) -> Told:
        recipient = obj(body.get("recipient"))
        commented = said(recipient.get("comment_id"))
        phone = self._commenter(commented) if commented else self._person(said(recipient.get("id")))
        if "sender_action" in body:
            phone.act(body)
            return Told({"recipient_id": phone.id})
        message = obj(body.get("message"))
        if len(said(message.get("text")).encode()) > 1000:
            raise Refused(400, _error(100, "(#100) Length of param message[text] must be less than or equal to 1000"))
        if commented:
            self._once(phone, commented)
        else:
            self._admit(phone, body)
        name = mid()
        phone.receive(name, message)
        self._later(phone.echoed(name, message))
        if self.meanwhile is not None:
            await self.settled()
            await self.meanwhile()
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
            raise Refused(400, _error(10, "(#10) This message is sent outside of allowed window.", 2534022))

    def _comment(self, asked: Asked, place: str) -> Told:
        name, _, edge = place.partition("/")
        phone = self._commenter(name)
        bubble = phone.find(name)
        if asked.method == "POST" and edge == "replies":
            made = f"178{secrets.randbelow(10**14):014}"
            phone.commented(made, said(obj(asked.json()).get("message")))
            return Told({"id": made})
        if asked.method == "POST" and not edge:
            change = self.hidden.add if obj(asked.json()).get("hide") is True else self.hidden.discard
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


def _error(code: int, message: str, subcode: int = 0) -> dict[str, Any]:
    made = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "BLBz/WZt8dN"}
    return {"error": made | ({"error_subcode": subcode} if subcode else {})}
