"""One person's chat with a page or account, and what she writes below its posts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlsplit

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Undelivered, Verb
from madang.lib.http import CallFailed
from madang.lib.meta.shapes import items, obj, said

_KINDS = ("image", "video", "audio")


class Talks(Protocol):
    """What a phone asks of the platform."""

    account_id: str

    def serve(self, content: bytes, name: str, mime: str) -> str:
        """An address of this file."""

    def mid(self) -> str:
        """The id of a fresh message."""

    def comment_id(self, post: str) -> str:
        """That of a fresh comment below a post."""

    def now(self) -> datetime:
        """The platform's clock."""

    def milliseconds(self) -> int:
        """The same, as webhooks write it."""

    async def deliver(self, hook: str, place: str, item: Mapping[str, Any]) -> None:
        """A webhook to the house."""


class Chatting(Person):
    """``id`` is the scoped one. ``wrote`` is when she last wrote privately."""

    source: ClassVar[str]  # how a webhook calls a link into the chat
    verbs: ClassVar[frozenset[Verb]] = frozenset(
        {"say", "file", "press", "react", "edit", "unsend", "read", "block", "unblock"}
    )

    def __init__(self, meta: Talks, hook: str, name: str, id: str) -> None:
        super().__init__(name)
        self.meta, self.hook, self.id, self.username = meta, hook, id, f"user.{id[-2:]}"
        self.wrote: datetime | None = None
        self.blocked = False

    @abstractmethod
    async def reads(self) -> None:
        """She reads all there is."""

    @abstractmethod
    async def change_comment(self, verb: Verb, bubble: Bubble, value: str) -> None:
        """She edits or takes back what everybody reads, where the page or account is told so."""

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """One message, files and all."""
        attached = [
            {
                "type": next((kind for kind in _KINDS if file.mime.startswith(kind)), "file"),
                "payload": {"url": self.meta.serve(file.content, file.name, file.mime)},
            }
            for file in files
        ]
        message: dict[str, Any] = {"text": text} if text else {}
        return await self.write(message | ({"attachments": attached} if attached else {}), text, tuple(files))

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A quick reply is said again with its payload; a template's button is a postback."""
        if bubble.kind == "quick":
            return await self.write({"text": button.label, "quick_reply": {"payload": button.value}}, button.label)
        mine = Bubble(self.meta.mid(), True, button.label)
        await self.tell({"postback": {"mid": mine.id, "title": button.label, "payload": button.value}})
        self.wrote = self.meta.now()
        self.bubbles.append(mine)
        return mine

    async def opens(self, ref: str) -> None:
        """She follows a link into a chat she had before."""
        await self.tell({"referral": {"ref": ref, "source": self.source, "type": "OPEN_THREAD"}})

    async def follow(self, url: str) -> None:
        """Come by the link, with its ``ref``."""
        await self.opens(dict(parse_qsl(urlsplit(url).query)).get("ref", ""))

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Editing and taking back concern her own."""
        if verb in ("block", "unblock"):
            self.blocked = verb == "block"
        elif verb == "read":
            await self.reads()
        elif bubble is None:
            raise ValueError(f"{verb} wants a bubble")
        elif bubble.kind == "comment":
            await self.change_comment(verb, bubble, value)
        else:
            await self.change(verb, bubble, value)

    async def change(self, verb: Verb, bubble: Bubble, value: str) -> None:
        """React to a private message, or edit one of hers."""
        if verb == "react":
            face = {"mid": bubble.id, "action": "react" if value else "unreact"}
            bubble.reaction = value
            await self.tell({"reaction": face | ({"reaction": "other", "emoji": value} if value else {})})
        elif verb == "edit":
            bubble.text, bubble.edited = value, True
            await self.tell({"message_edit": {"mid": bubble.id, "text": value, "num_edit": 1}})
        else:
            raise NotImplementedError(f"nobody is told of {verb}")

    async def write(self, message: Mapping[str, Any], text: str, files: tuple[Shown, ...] = ()) -> Bubble:
        """A private message of hers."""
        bubble = Bubble(self.meta.mid(), True, text, files=files)
        self.bubbles.append(bubble)
        await self.tell({"message": {"mid": bubble.id, **message}})
        self.wrote = self.meta.now()
        return bubble

    async def tell(self, said_so: Mapping[str, Any], *, hers: bool = True) -> None:
        """An event of this chat, from her or from the page or account."""
        names = ("sender", "recipient") if hers else ("recipient", "sender")
        ids = dict(zip(names, ({"id": self.id}, {"id": self.meta.account_id}), strict=True))
        await self.meta.deliver(self.hook, "messaging", {**ids, "timestamp": self.meta.milliseconds(), **said_so})

    def receive(self, name: str, message: Mapping[str, Any], file: Shown | None) -> None:
        """A private message to her, as she sees it."""
        self.typing = False
        attachment = obj(message.get("attachment"))
        payload = obj(attachment.get("payload"))
        quick = tuple(Button(said(one["title"]), said(one["payload"])) for one in items(message.get("quick_replies")))
        buttons = tuple(
            Button(said(one.get("title")), said(one.get("payload")), said(one.get("url")))
            for one in items(payload.get("buttons"))
        )
        if file is None and (url := said(payload.get("url"))):
            file = Shown(said(attachment.get("type")), "", url=url)
        text, kind = said(message.get("text")) or said(payload.get("text")), "quick" if quick else ""
        files = (file,) if file else ()
        self.bubbles.append(Bubble(name, False, text, files=files, buttons=quick or buttons, kind=kind))

    def commented(self, name: str, given: Mapping[str, Any]) -> None:
        """What the page or account wrote below her comment."""
        url = said(given.get("attachment_url"))
        files = (Shown("picture", "", url=url),) if url else ()
        self.bubbles.append(Bubble(name, False, said(given.get("message")), files=files, kind="comment"))

    def act(self, body: Mapping[str, Any]) -> None:
        """Typing, seen, a face on a message of hers."""
        action, payload = said(body.get("sender_action")), obj(body.get("payload"))
        bubble = self.find(said(payload.get("message_id")))
        if action in ("react", "unreact") and bubble is not None:
            bubble.reaction = said(payload.get("reaction"))
        elif action == "mark_seen":
            for one in self.bubbles:
                one.state = "read" if one.mine else one.state
        self.typing = action == "typing_on"

    async def echoed(self, name: str, message: Mapping[str, Any]) -> None:
        """The echo. A house that does not answer gets none: Meta repeats for a day."""
        with suppress(Undelivered, CallFailed):
            await self.tell({"message": {"mid": name, "is_echo": True, **self.echo(message)}}, hers=False)

    def echo(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """What an echo has of a message."""
        return {"text": message["text"]} if "text" in message else {}
