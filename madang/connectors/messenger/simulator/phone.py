"""One person on Facebook: her chat with the page, and what she writes below its posts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Undelivered, Verb
from madang.lib.http import CallFailed
from madang.lib.meta.shapes import items, obj, said

if TYPE_CHECKING:
    from madang.connectors.messenger.simulator import Simulator

_KINDS = ("image", "video", "audio")


class Phone(Person):
    """``id`` is the page-scoped one. ``wrote`` is when she last wrote privately."""

    verbs: ClassVar[frozenset[Verb]] = frozenset(
        {"say", "file", "press", "react", "edit", "unsend", "read", "block", "unblock"}
    )

    def __init__(self, meta: Simulator, hook: str, name: str, id: str) -> None:
        super().__init__(name)
        self.meta, self.hook, self.id = meta, hook, id
        self.wrote: datetime | None = None
        self.blocked = False

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """One message to the page, files and all."""
        attached = [
            {
                "type": next((kind for kind in _KINDS if file.mime.startswith(kind)), "file"),
                "payload": {"url": self.meta.serve(file.content, file.name, file.mime)},
            }
            for file in files
        ]
        message: dict[str, Any] = {"text": text} if text else {}
        return await self._say(message | ({"attachments": attached} if attached else {}), text, tuple(files))

    async def comment(self, text: str, *, post: str = "122101234567890", below: Bubble | None = None) -> Bubble:
        """What everybody reads: below a post of the page, or below another comment."""
        whole = f"{self.meta.page_id}_{post}"
        bubble = Bubble(f"{post}_{secrets.randbelow(10**15):015}", True, text, kind="comment", at=self.meta.now())
        value = {"item": "comment", "verb": "add", "comment_id": bubble.id, "post_id": whole, "message": text}
        value["parent_id"] = below.id if below is not None else whole
        self.bubbles.append(bubble)
        await self._feed(value)
        return bubble

    async def _feed(self, value: Mapping[str, Any]) -> None:
        author = {"id": self.id, "name": self.name}
        link = {"permalink_url": f"https://www.facebook.com/{self.meta.page_id}/posts/1", "status_type": "added_photos"}
        made = {**value, "from": author, "post": link, "created_time": int(self.meta.now().timestamp())}
        await self.meta.deliver(self.hook, "changes", {"field": "feed", "value": made})

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A quick reply is said again with its payload; a template's button is a postback."""
        if bubble.kind == "quick":
            return await self._say({"text": button.label, "quick_reply": {"payload": button.value}}, button.label)
        mine = Bubble(_mid(), True, button.label)
        await self._tell({"postback": {"mid": mine.id, "title": button.label, "payload": button.value}})
        self.wrote = self.meta.now()
        self.bubbles.append(mine)
        return mine

    async def opens(self, ref: str) -> None:
        """She follows an m.me link into a chat she had before."""
        await self._tell({"referral": {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}})

    async def follow(self, url: str) -> None:
        """Come by the link, with its ``ref``."""
        await self.opens(dict(parse_qsl(urlsplit(url).query)).get("ref", ""))

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Editing and deleting concern her own; a private message cannot be taken back at the page's."""
        if verb in ("block", "unblock"):
            self.blocked = verb == "block"
        elif verb == "read":
            for one in self.bubbles:
                one.state = one.state if one.mine else "read"
            await self._tell({"read": {"watermark": self.meta.milliseconds()}})
        elif bubble is None:
            raise ValueError(f"{verb} wants a bubble")
        elif bubble.kind == "comment":
            await self._change_comment(verb, bubble, value)
        else:
            await self._change(verb, bubble, value)

    async def _change(self, verb: Verb, bubble: Bubble, value: str) -> None:
        if verb == "react":
            face = {"mid": bubble.id, "action": "react" if value else "unreact"}
            bubble.reaction = value
            await self._tell({"reaction": face | ({"reaction": "other", "emoji": value} if value else {})})
        elif verb == "edit":
            bubble.text, bubble.edited = value, True
            await self._tell({"message_edit": {"mid": bubble.id, "text": value, "num_edit": 1}})
        else:
            raise NotImplementedError(f"Messenger does not tell a page of {verb}")

    async def _change_comment(self, verb: Verb, bubble: Bubble, value: str) -> None:
        about = {
            "item": "comment",
            "comment_id": bubble.id,
            "post_id": f"{self.meta.page_id}_{bubble.id.split('_')[0]}",
        }
        if verb == "edit":
            bubble.text, bubble.edited = value, True
            await self._feed(about | {"verb": "edited", "message": value})
        elif verb == "unsend":
            bubble.gone = True
            await self._feed(about | {"verb": "remove"})
        else:
            raise NotImplementedError(f"a page is not told of {verb} on comments")

    async def _say(self, message: Mapping[str, Any], text: str, files: tuple[Shown, ...] = ()) -> Bubble:
        bubble = Bubble(_mid(), True, text, files=files)
        self.bubbles.append(bubble)
        await self._tell({"message": {"mid": bubble.id, **message}})
        self.wrote = self.meta.now()
        return bubble

    async def _tell(self, said_so: Mapping[str, Any]) -> None:
        ids = {"sender": {"id": self.id}, "recipient": {"id": self.meta.page_id}}
        await self.meta.deliver(self.hook, "messaging", {**ids, "timestamp": self.meta.milliseconds(), **said_so})

    def receive(self, name: str, message: Mapping[str, Any], file: Shown | None) -> None:
        """A private message of the page, as she sees it."""
        self.typing = False
        payload = obj(obj(message.get("attachment")).get("payload"))
        quick = tuple(Button(said(one["title"]), said(one["payload"])) for one in items(message.get("quick_replies")))
        buttons = tuple(
            Button(said(one.get("title")), said(one.get("payload")), said(one.get("url")))
            for one in items(payload.get("buttons"))
        )
        text, kind = said(message.get("text")) or said(payload.get("text")), "quick" if quick else ""
        files = (file,) if file else ()
        self.bubbles.append(Bubble(name, False, text, files=files, buttons=quick or buttons, kind=kind))

    def commented(self, name: str, given: Mapping[str, Any]) -> None:
        """The page wrote below her comment."""
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

    async def receipts(self, name: str, message: Mapping[str, Any]) -> None:
        """The echo, and that it was delivered. A house that does not answer gets none: Meta repeats for a day."""
        ids = {"sender": {"id": self.meta.page_id}, "recipient": {"id": self.id}}
        kept = {key: one for key, one in message.items() if key in ("text", "metadata")}
        echo = {"mid": name, "is_echo": True, "app_id": int(self.meta.app_id), **kept}
        with suppress(Undelivered, CallFailed):
            at = self.meta.milliseconds()
            await self.meta.deliver(self.hook, "messaging", {**ids, "timestamp": at, "message": echo})
            await self._tell({"delivery": {"mids": [name], "watermark": at}})


def _mid() -> str:
    return f"m_{secrets.token_urlsafe(32)}"
