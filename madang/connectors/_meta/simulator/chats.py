"""The Send API on loopback, as Messenger and Instagram have it: the 24 hours, the tag for people, echoes, comments."""

from __future__ import annotations

import secrets
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar

import msgspec

from madang.channels.playing import Asked, Refused, Shown, Told
from madang.connectors._meta.simulator import Meta, sent, wrong
from madang.connectors._meta.simulator.phone import Chatting
from madang.lib.meta import speaking
from madang.lib.meta.shapes import obj, said

C = TypeVar("C", bound=Chatting)


class Chats(Meta[C]):
    """``approved``: the app may use the tag HUMAN_AGENT.

    ``meanwhile`` happens between the echo of a message and the answer to who sent it.
    """

    object: ClassVar[str]  # of webhooks
    ids: ClassVar[str]  # how the name of a private message begins
    most: ClassVar[int]  # the longest text
    closed: ClassVar[int]  # the subcode where a window is closed
    hiding: ClassVar[str]  # the field of a comment
    below: ClassVar[str]  # the edge of answers to a comment

    def __init__(self, token: str, account_id: str) -> None:
        super().__init__(token)
        self.account_id = account_id
        self.subscribed = ""
        self.approved = True
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self.replied: set[str] = set()  # comments that had their private answer
        self.hidden: set[str] = set()

    @abstractmethod
    def me(self) -> Mapping[str, str]:
        """What the API says of the page or account."""

    @abstractmethod
    def comment_id(self, post: str) -> str:
        """A name for a new comment below ``post``."""

    def own(self) -> str:
        """The beginning of its own paths."""
        return "me"

    def long(self, text: str) -> int:
        """How the API counts."""
        return len(text)

    def mid(self) -> str:
        """A name for a private message."""
        return f"{self.ids}{secrets.token_urlsafe(48)}"

    def form(self) -> dict[str, str]:
        """With the approval for people."""
        return super().form() | {"human_agent": "on"}

    def milliseconds(self) -> int:
        """Its clock, as webhooks have it."""
        return int(self.now().timestamp() * 1000)

    async def deliver(self, hook: str, place: str, item: Mapping[str, Any]) -> None:
        """One signed webhook of the page or account."""
        await self.signed(hook, self.object, {"id": self.account_id, "time": self.milliseconds(), place: [item]})

    async def at(self, place: str, asked: Asked) -> Told:
        """Profiles, messages, subscriptions and comments."""
        if asked.method == "GET":
            return self._read(place, asked.query.get("fields", ""))
        if asked.method == "POST" and place == f"{self.own()}/messages":
            return await self._message(*_body(asked))
        if asked.method == "POST" and place == f"{self.own()}/subscribed_apps":
            self.subscribed = said(obj(asked.json()).get("subscribed_fields"))
            return Told({"success": True})
        return self._comment(asked, place)

    def _read(self, place: str, fields: str) -> Told:
        if place == "me":
            return Told(self.me())
        for phone in self.phones.values():
            if place == phone.id:
                known = {"name": phone.name, "username": phone.username}
                return Told({"id": phone.id, **{key: one for key, one in known.items() if key in fields.split(",")}})
        raise Refused(400, wrong(100, f"Unsupported get request. Object with ID '{place}' does not exist", 33))

    async def _message(self, body: Mapping[str, Any], file: Shown | None) -> Told:
        recipient = obj(body.get("recipient"))
        commented = said(recipient.get("comment_id")) or said(recipient.get("post_id"))
        phone = self._commenter(commented) if commented else self._person(said(recipient.get("id")))
        if "sender_action" in body:
            phone.act(body)
            return Told({"recipient_id": phone.id})
        message = obj(body.get("message"))
        if self.long(said(message.get("text"))) > self.most:
            words = f"(#100) Length of param message[text] must be less than or equal to {self.most}"
            raise Refused(400, wrong(100, words))
        if commented:
            self._once(phone, commented)
        else:
            self._admit(phone, body)
        name = self.mid()
        phone.receive(name, message, file)
        self.later(phone.echoed(name, message))
        if self.meanwhile is not None:
            await self.settled()
            await self.meanwhile()
        return Told({"recipient_id": phone.id, "message_id": name})

    def _person(self, wanted: str) -> C:
        for phone in self.phones.values():
            if phone.id == wanted:
                return phone
        raise Refused(400, wrong(100, "(#100) No matching user found", 2018001))

    def _commenter(self, name: str) -> C:
        for phone in self.phones.values():
            bubble = phone.find(name)
            if bubble is not None and bubble.mine:
                return phone
        raise Refused(400, wrong(100, "(#100) Invalid comment_id"))

    def _once(self, phone: C, name: str) -> None:
        bubble = phone.find(name)
        if name in self.replied:
            raise Refused(400, wrong(10900, "(#10900) Activity already replied to"))
        if bubble is None or self.now() - bubble.at > speaking.HUMAN_WINDOW:
            raise Refused(400, wrong(10901, "(#10901) Sending a private reply to this activity has expired"))
        self.replied.add(name)

    def _admit(self, phone: C, body: Mapping[str, Any]) -> None:
        if phone.blocked:
            raise Refused(400, wrong(551, "(#551) This person isn't available right now.", 1545041))
        tagged = body.get("messaging_type") == "MESSAGE_TAG" and body.get("tag") == "HUMAN_AGENT" and self.approved
        allowed = speaking.HUMAN_WINDOW if tagged else speaking.WINDOW
        if phone.wrote is None or self.now() - phone.wrote > allowed:
            raise Refused(400, wrong(10, "(#10) This message is sent outside of allowed window.", self.closed))

    def _comment(self, asked: Asked, place: str) -> Told:
        name, _, edge = place.partition("/")
        phone = self._commenter(name)
        bubble = phone.find(name)
        if asked.method == "POST" and edge == self.below:
            made = self.comment_id(name.partition("_")[0])
            phone.commented(made, obj(asked.json()))
            return Told({"id": made})
        if asked.method == "POST" and not edge:
            change = self.hidden.add if obj(asked.json()).get(self.hiding) is True else self.hidden.discard
            change(name)
            return Told({"success": True})
        if asked.method == "DELETE" and not edge and bubble is not None:
            bubble.gone = True
            return Told({"success": True})
        raise Refused(400, wrong(100, f"Unsupported {asked.method.lower()} request."))


def _body(asked: Asked) -> tuple[Mapping[str, Any], Shown | None]:
    """What is asked, from JSON or from a form with a file."""
    if not asked.headers.get("content-type", "").startswith("multipart/"):
        return obj(asked.json()), None
    fields, file = sent(asked)
    return {name: msgspec.json.decode(one) if one.startswith("{") else one for name, one in fields.items()}, file
