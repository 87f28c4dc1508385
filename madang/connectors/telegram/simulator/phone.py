"""Somebody's phone: what she does becomes an update, posted as Telegram posts it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlsplit

import msgspec

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb
from madang.connectors.telegram.simulator.shapes import attachment, kind_of
from madang.lib.http import Answer


class Telegram(Protocol):
    """What her phone asks of the platform."""

    secret: str
    made: dict[tuple[int, int], dict[str, Any]]

    async def post(self, hook: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """An update to the house."""

    def do(self, method: str, given: Mapping[str, Any], files: Mapping[str, Shown]) -> Any:
        """One method of the API."""

    def me(self) -> dict[str, Any]:
        """The bot as a user."""

    def update_id(self) -> int:
        """Of a fresh update."""

    def message_id(self) -> int:
        """Of a fresh message."""

    def hold(self, file: Shown) -> str:
        """Keep a file; its ``file_id``."""


class Phone(Person):
    """She writes to the bot, or in a ``group``; what others of the group see is not played.

    Telegram tells bots nothing of messages that are taken back, so ``unsend`` is not among her verbs.
    """

    verbs: ClassVar[frozenset[Verb]] = frozenset(
        {"say", "file", "press", "react", "edit", "place", "block", "unblock", "leave"}
    )

    def __init__(self, bot: Telegram, hook: str, name: str, group: int = 0) -> None:
        super().__init__(name)
        self.bot, self.hook, self.group = bot, hook, group
        self.user = 10**8 + int(hashlib.sha256(name.encode()).hexdigest()[:7], 16)
        self.language = "ko" if any("가" <= letter <= "힣" for letter in name) else "en"
        self.blocked = False
        self.posted: list[dict[str, Any]] = []  # the updates, as they went off

    @property
    def chat(self) -> int:
        """Where an answer goes: to her, or to the group."""
        return self.group or self.user

    def as_user(self) -> dict[str, Any]:
        """Her, as Telegram writes her."""
        return {"id": self.user, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def as_chat(self) -> dict[str, Any]:
        """The chat, as Telegram writes it."""
        if self.group:
            return {"id": self.group, "type": "supergroup", "title": f"{self.name} 모임"}
        return {"id": self.user, "type": "private", "first_name": self.name}

    async def post(self, kind: str, **about: Any) -> dict[str, Any]:
        """One update. A call in the answer is done at once. Raises :class:`Undelivered`."""
        made = {"update_id": self.bot.update_id(), kind: {name.rstrip("_"): one for name, one in about.items()}}
        self.posted.append(made)
        await self.again(made)
        return made

    async def again(self, update: Mapping[str, Any]) -> None:
        """Telegram delivers until it is told 2xx."""
        headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": self.bot.secret}
        answer = await self.bot.post(self.hook, msgspec.json.encode(update), headers)
        if answer.headers.get("content-type", "").startswith("application/json"):
            call = answer.json()
            if isinstance(call, dict) and "method" in call:
                self.bot.do(str(call.pop("method")), call, {})

    async def tell(self, bubble: Bubble, **content: Any) -> None:
        """A message update of this bubble."""
        await self.post("message", **self._about(bubble), **content)

    def _about(self, bubble: Bubble) -> dict[str, Any]:
        number = int(bubble.id.partition(":")[2])
        return {"message_id": number, "from_": self.as_user(), "chat": self.as_chat(), "date": int(time.time())}

    def mine(self, text: str = "", *files: Shown) -> Bubble:
        """A bubble of hers, not yet told to anybody."""
        bubble = Bubble(f"{self.chat}:{self.bot.message_id()}", True, text=text, files=files)
        self.bubbles.append(bubble)
        return bubble

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Words; with files the words stand below the first, and several are an album."""
        if not files:
            bubble = self.mine(text)
            await self.tell(bubble, text=text)
            return bubble
        album = {"media_group_id": str(self.bot.update_id())} if len(files) > 1 else {}
        said: list[Bubble] = []
        for file in files:
            caption = {"caption": text} if text and not said else {}
            said.append(self.mine(caption.get("caption", ""), file))
            await self.tell(said[-1], **attachment(kind_of(file), file, self.bot.hold(file)), **caption, **album)
        return said[0]

    async def start(self, code: str = "") -> Bubble:
        """Press START, at first or by a link."""
        return await self.say(f"/start {code}".strip())

    async def follow(self, url: str) -> None:
        """Open the bot by a link; her START button says what the link carries."""
        await self.start(dict(parse_qsl(urlsplit(url).query)).get("start", ""))

    async def share(self, number: str, *, own: bool = True) -> Bubble:
        """Send a contact: her own by the button, or somebody else's card."""
        bubble = self.mine(number)
        owner = {"user_id": self.user} if own else {}
        await self.tell(bubble, contact={"phone_number": number, "first_name": self.name, **owner})
        return bubble

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A callback query; a button with an address opens a page and tells nobody."""
        if not button.url:
            number = int(bubble.id.partition(":")[2])
            query = {"id": str(self.bot.update_id()), "from_": self.as_user(), "chat_instance": "7"}
            on = self.bot.made[self.chat, number]
            await self.post("callback_query", **query, message=on, data=button.value)
        return bubble

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """react, edit, place, block, unblock, leave (what a group does with the bot)."""
        if verb == "react" and bubble:
            await self._react(bubble, value)
        elif verb == "edit" and bubble:
            bubble.text, bubble.edited = value, True
            await self.post("edited_message", **self._about(bubble), edit_date=int(time.time()), text=value)
        elif verb == "place":
            where = json.loads(value) if value else {"lat": 37.5665, "lng": 126.978}
            await self.tell(self.mine("📍"), location={"latitude": where["lat"], "longitude": where["lng"]})
        elif verb in ("block", "leave", "unblock"):
            await self._member("member" if verb == "unblock" else "left" if self.group else "kicked")
        else:
            await super().do(verb, bubble, value)

    async def _react(self, bubble: Bubble, emoji: str) -> None:
        old, bubble.reaction = bubble.reaction, emoji
        about = self._about(bubble)
        about["user"] = about.pop("from_")
        shown = {"old_reaction": old, "new_reaction": emoji}
        lists = {name: [{"type": "emoji", "emoji": one}] if one else [] for name, one in shown.items()}
        await self.post("message_reaction", **about, **lists)

    async def _member(self, status: str) -> None:
        """She has blocked the bot, or lets it write again."""
        self.blocked = status != "member"
        bot = self.bot.me()
        old = {"user": bot, "status": "member" if self.blocked else "kicked"} | (
            {} if self.blocked else {"until_date": 0}
        )
        new = {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
        about = {"chat": self.as_chat(), "from_": self.as_user(), "date": int(time.time())}
        await self.post("my_chat_member", **about, old_chat_member=old, new_chat_member=new)
