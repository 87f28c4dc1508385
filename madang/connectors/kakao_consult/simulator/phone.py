"""Her KakaoTalk: one chat with the channel, whose session she begins."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb
from madang.connectors.kakao_consult.facts import OURS
from madang.connectors.kakao_consult.simulator.relay import Relay


class Kakao(Protocol):
    """What her phone asks of the platform."""

    relay: Relay

    def serve(self, content: bytes, name: str, mime: str) -> str:
        """An address of this file."""

    async def tell(self, hook: str, kind: str, user: str, fields: Mapping[str, Any]) -> None:
        """A webhook of the dealer's."""

    async def friend(self, hook: str, number: int, event: str) -> None:
        """Kakao's own webhook: she added or blocked the channel."""


class Phone(Person):
    """One customer. ``extra`` is what the link brings along that she opens the chat with."""

    verbs: frozenset[Verb] = frozenset({"say", "file", "press", "read", "leave", "block", "unblock"})  # type: ignore[misc]

    def __init__(self, kakao: Kakao, hook: str, name: str, extra: str = "", number: str = "") -> None:
        super().__init__(name)
        self._kakao, self._hook = kakao, hook
        seed = hashlib.sha256(f"{kakao.relay.sender_key}:{name}".encode()).hexdigest()
        self.key = seed[:16]
        self.app_user_id = int(seed[:7], 16)
        self.number = number or "010-2345-6789"
        self.extra = extra
        self.session = ""
        self.blocked = False

    async def begin(self, extra: str = "") -> None:
        """Open the chat by a button or a link: the session begins."""
        self.session = str(secrets.randbits(28))
        known = {"extra": extra or self.extra} if extra or self.extra else {}
        fields = {"app_user_id": self.app_user_id, "session_id": self.session, "reference": known}
        await self._tell("reference", fields)

    async def follow(self, url: str) -> None:
        """Come by a link into the chat, with its ``extra``."""
        await self.begin(dict(parse_qsl(urlsplit(url).query)).get("extra", ""))

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Words, or a file each in a webhook of its own, as KakaoTalk sends them."""
        spoken = [await self._write(text, "")] if text or not files else []
        spoken += [await self._send_file(file) for file in files]
        return spoken[-1]

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A link opens a page; any other button says its label in her name."""
        return bubble if button.url else await self._write(button.label, OURS + button.value)

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Read all there is, end the chat, block the channel or add it again."""
        if verb == "read":
            await self._tell("seen_info", {"session_id": self.session})
        elif verb == "leave":
            await self.leave()
        elif verb in ("block", "unblock"):
            self.blocked = verb == "block"
            if self.blocked and self.session:
                await self.leave()
            await self._kakao.friend(self._hook, self.app_user_id, "blocked" if self.blocked else "added")
        else:
            await super().do(verb, bubble, value)

    async def leave(self) -> None:
        """The session is over: nobody may write to her until she begins another."""
        ended, self.session = self.session, ""
        await self._tell("expired_session", {"session_id": ended})

    async def introduce(self) -> None:
        """Agree to tell her number and name."""
        known = {"phone_number": self.number, "nickname": self.name}
        await self._tell("personal_info", {"session_id": self.session, "personal_info": known})

    async def certify(self) -> None:
        """Sign with Kakao's certificate."""
        fields = {"session_id": self.session, "cert_tx_id": secrets.token_hex(8), "cert_result": "bm90IGZvciB1cw=="}
        await self._tell("cert_result", fields)

    async def other(self, kind: str, fields: dict[str, Any]) -> None:
        """A webhook of a kind that nobody has described yet."""
        await self._tell(kind, fields)

    async def _write(self, text: str, extra: str) -> Bubble:
        fields: dict[str, Any] = {"type": "TEXT", "contents": [{"comment": text}], "extra": extra or None}
        return await self._speak(Bubble(secrets.token_hex(6), True, text), fields)

    async def _send_file(self, file: Shown) -> Bubble:
        url = file.url or self._kakao.serve(file.content, file.name, file.mime)
        kinds = {"image": "IMAGE", "video": "VIDEO", "audio": "AUDIO"}
        fields = {"type": kinds.get(file.mime.partition("/")[0], "FILE"), "contents": [{"url": url}]}
        return await self._speak(Bubble(secrets.token_hex(6), True, files=(file,)), fields)

    async def _speak(self, bubble: Bubble, fields: dict[str, Any]) -> Bubble:
        if not self.session:
            await self.begin()
        await self._tell("message", fields | {"session_id": self.session})
        self.bubbles.append(bubble)
        return bubble

    async def _tell(self, kind: str, fields: dict[str, Any]) -> None:
        await self._kakao.tell(self._hook, kind, self.key, fields)
