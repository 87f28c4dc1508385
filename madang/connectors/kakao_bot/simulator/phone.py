"""Her KakaoTalk, in the chat with a channel that has a chatbot."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb


class Kakao(Protocol):
    """What her phone asks of the platform."""

    bot_id: str
    callbacks: bool
    extras: dict[tuple[str, str], Any]

    def serve(self, content: bytes, name: str, mime: str) -> str:
        """An address of this file."""

    def callback(self, her: Phone) -> str:
        """A fresh callback address."""

    async def skill(self, her: Phone, request: Mapping[str, Any], action: Mapping[str, Any], block: str) -> Any:
        """Call the skill; its answer."""

    def show(self, her: Phone, answer: Any) -> None:
        """An answer as bubbles."""


class Phone(Person):
    """One customer. Her keys are those of this bot, this channel and this app."""

    verbs: frozenset[Verb] = frozenset({"say", "file", "press", "block", "unblock"})  # type: ignore[misc]

    def __init__(self, kakao: Kakao, hook: str, name: str) -> None:
        super().__init__(name)
        self._kakao, self.hook = kakao, hook
        seed = hashlib.sha256(f"{kakao.bot_id}:{name}".encode()).hexdigest()
        self.bot_key, self.channel_key, self.app_id = seed, seed[:12], str(int(seed[:7], 16))
        self.blocked = False

    @property
    def keys(self) -> set[tuple[str, str]]:
        """Whom the Event API may call her: (type, id)."""
        return {("botUserKey", self.bot_key), ("plusfriendUserKey", self.channel_key), ("appUserId", self.app_id)}

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Words; a photo comes to a chatbot as an utterance that is its address."""
        spoken = [await self.utter(text)] if text or not files else []
        for file in files:
            url = file.url or self._kakao.serve(file.content, file.name, file.mime)
            medium = {"media": {"type": file.mime.partition("/")[0], "url": url}}
            spoken.append(await self.utter(url, params=medium, files=(file,)))
        return spoken[-1]

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A link opens a page; a quick reply says its label and brings its extra along."""
        extra = self._kakao.extras.get((bubble.id, button.label))
        return bubble if button.url else await self.utter(button.label, extra=extra)

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Block the channel or add it again: the chatbot is not told."""
        if verb not in ("block", "unblock"):
            await super().do(verb, bubble, value)
        self.blocked = verb == "block"

    async def utter(
        self,
        words: str,
        params: dict[str, Any] | None = None,
        extra: Any = None,
        files: tuple[Shown, ...] = (),
        action: dict[str, str] | None = None,
        block: str = "폴백 블록",
    ) -> Bubble:
        """One skill call, and what the chatbot shows at once."""
        bubble = Bubble(secrets.token_hex(6), True, "" if files else words, files=files)
        self.bubbles.append(bubble)
        request: dict[str, Any] = {"utterance": words, "params": {"surface": "Kakaotalk.plusfriend"} | (params or {})}
        if self._kakao.callbacks:
            request["callbackUrl"] = self._kakao.callback(self)
        told = {"params": action or {}, "detailParams": {}, "clientExtra": extra}
        answer = await self._kakao.skill(self, request, told, block)
        self._kakao.show(self, answer)
        return bubble
