"""One person on Instagram: her chat with the account, its stories, and what she writes below its posts."""

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
    from madang.connectors.instagram.simulator import Simulator

_KINDS = ("image", "video", "audio")


class Phone(Person):
    """``id`` is the Instagram-scoped one. ``wrote`` is when she last wrote privately."""

    verbs: ClassVar[frozenset[Verb]] = frozenset(
        {"say", "file", "press", "react", "edit", "unsend", "read", "block", "unblock"}
    )

    def __init__(self, meta: Simulator, hook: str, name: str, id: str) -> None:
        super().__init__(name)
        self.meta, self.hook, self.id, self.username = meta, hook, id, f"user.{id[-2:]}"
        self.wrote: datetime | None = None
        self.blocked = False

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """One message to the account, files and all."""
        attached = [
            {
                "type": next((kind for kind in _KINDS if file.mime.startswith(kind)), "file"),
                "payload": {"url": self.meta.serve(file.content, file.name, file.mime)},
            }
            for file in files
        ]
        message: dict[str, Any] = {"text": text} if text else {}
        return await self._say(message | ({"attachments": attached} if attached else {}), text, tuple(files))

    async def comment(self, text: str, *, post: str = "17918195224117851", below: Bubble | None = None) -> Bubble:
        """What everybody reads: below a post of the account, or below another comment."""
        name = f"178{secrets.randbelow(10**14):014}"
        bubble = Bubble(name, True, text, kind="comment", at=self.meta.now())
        value = {"id": name, "from": {"id": self.id, "username": self.username}, "text": text}
        value |= {"media": {"id": post, "media_product_type": "FEED"}}
        value |= {"parent_id": below.id} if below is not None else {}
        self.bubbles.append(bubble)
        await self.meta.deliver(self.hook, "changes", {"field": "comments", "value": value})
        return bubble

    async def mentions(self, story: Shown) -> Bubble:
        """She names the account in her story."""
        url = self.meta.serve(story.content, story.name, story.mime)
        attached = [{"type": "story_mention", "payload": {"url": url}}]
        return await self._say({"attachments": attached}, "", (story,))

    async def answers_story(self, text: str) -> Bubble:
        """She writes about a story of the account."""
        story = {"url": "https://lookaside.example/story/18", "id": "17854360229135492"}
        return await self._say({"text": text, "reply_to": {"story": story}}, text)

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A quick reply is said again with its payload; a template's button is a postback."""
        if bubble.kind == "quick":
            return await self._say({"text": button.label, "quick_reply": {"payload": button.value}}, button.label)
        mine = Bubble(mid(), True, button.label)
        await self._tell({"postback": {"mid": mine.id, "title": button.label, "payload": button.value}})
        self.wrote = self.meta.now()
        self.bubbles.append(mine)
        return mine

    async def opens(self, ref: str) -> None:
        """She follows an ig.me link into a chat she had before."""
        await self._tell({"referral": {"ref": ref, "source": "IGME-SOURCE-LINK", "type": "OPEN_THREAD"}})

    async def follow(self, url: str) -> None:
        """Come by the link, with its ``ref``."""
        await self.opens(dict(parse_qsl(urlsplit(url).query)).get("ref", ""))

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Editing and unsending concern her own private messages; of comments Instagram tells nothing more."""
        if verb in ("block", "unblock"):
            self.blocked = verb == "block"
        elif verb == "read":
            for one in [one for one in self.bubbles if not one.mine and one.kind != "comment" and one.state != "read"]:
                one.state = "read"
                await self._tell({"read": {"mid": one.id}})
        elif bubble is None:
            raise ValueError(f"{verb} wants a bubble")
        elif verb == "react":
            face = {"mid": bubble.id, "action": "react" if value else "unreact"}
            bubble.reaction = value
            await self._tell({"reaction": face | ({"reaction": "other", "emoji": value} if value else {})})
        elif bubble.kind == "comment":
            raise NotImplementedError(f"an account is not told of {verb} on comments")
        else:
            await self._change(verb, bubble, value)

    async def _change(self, verb: Verb, bubble: Bubble, value: str) -> None:
        if verb == "edit":
            bubble.text, bubble.edited = value, True
            await self._tell({"message_edit": {"mid": bubble.id, "text": value, "num_edit": 1}})
        elif verb == "unsend":
            bubble.gone = True
            await self._tell({"message": {"mid": bubble.id, "is_deleted": True}})
        else:
            raise NotImplementedError(verb)

    async def _say(self, message: Mapping[str, Any], text: str, files: tuple[Shown, ...] = ()) -> Bubble:
        bubble = Bubble(mid(), True, text, files=files)
        self.bubbles.append(bubble)
        await self._tell({"message": {"mid": bubble.id, **message}})
        self.wrote = self.meta.now()
        return bubble

    async def _tell(self, said_so: Mapping[str, Any]) -> None:
        ids = {"sender": {"id": self.id}, "recipient": {"id": self.meta.account_id}}
        await self.meta.deliver(self.hook, "messaging", {**ids, "timestamp": self.meta.milliseconds(), **said_so})

    def receive(self, name: str, message: Mapping[str, Any]) -> None:
        """A private message of the account, as she sees it."""
        self.typing = False
        payload = obj(obj(message.get("attachment")).get("payload"))
        quick = tuple(Button(said(one["title"]), said(one["payload"])) for one in items(message.get("quick_replies")))
        buttons = tuple(
            Button(said(one.get("title")), said(one.get("payload")), said(one.get("url")))
            for one in items(payload.get("buttons"))
        )
        text, kind = said(message.get("text")) or said(payload.get("text")), "quick" if quick else ""
        kind_of_file, url = said(obj(message.get("attachment")).get("type")), said(payload.get("url"))
        files = (Shown(kind_of_file, "", url=url),) if url else ()
        self.bubbles.append(Bubble(name, False, text, files=files, buttons=quick or buttons, kind=kind))

    def commented(self, name: str, text: str) -> None:
        """The account wrote below her comment."""
        self.bubbles.append(Bubble(name, False, text, kind="comment"))

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
        """The echo, without any mark of who sent it. A house that does not answer gets none."""
        ids = {"sender": {"id": self.meta.account_id}, "recipient": {"id": self.id}}
        echo = {"mid": name, "is_echo": True} | ({"text": message["text"]} if "text" in message else {})
        with suppress(Undelivered, CallFailed):
            await self.meta.deliver(
                self.hook, "messaging", {**ids, "timestamp": self.meta.milliseconds(), "message": echo}
            )


def mid() -> str:
    """A message's name."""
    return f"aWdf{secrets.token_urlsafe(48)}"
