"""The chatbot platform: skill calls within five seconds, callbacks for one answer in one minute, the Event API."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import msgspec

from madang.channels.connector import Button
from madang.channels.playing import Asked, Bubble, Provider, Refused, Shown, Told
from madang.connectors.kakao_bot.simulator.phone import Phone

PATIENCE = 5.0  # seconds that a skill has
MINUTE = 60.0  # seconds that a callback is good for


class Simulator(Provider):
    """``callbacks``: the bot may use them. ``skilled``: the event's block calls the skill, else it shows the text.

    ``later`` is added to the clock, so that a test need not wait for a minute to pass.
    """

    def __init__(self, callbacks: bool = True, skilled: bool = True) -> None:
        super().__init__()
        self.callbacks, self.skilled = callbacks, skilled
        self.bot_id, self.rest_key = secrets.token_hex(12), secrets.token_hex(16)
        self.skill_secret = secrets.token_urlsafe(18)
        self.people: dict[str, Phone] = {}
        self.extras: dict[tuple[str, str], Any] = {}  # (bubble, label) -> what a quick reply brings along
        self.posted: list[bytes] = []
        self.events = 0  # what Kakao charges for
        self.later = 0.0
        self._open: dict[str, tuple[Phone, float]] = {}

    def form(self) -> dict[str, str]:
        """The set-up form, Event API and all."""
        keys = {"bot_id": self.bot_id, "rest_key": self.rest_key, "skill_secret": self.skill_secret}
        return keys | {"api_url": self.url, "event_name": "madang_answer"}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """The same name is the same customer."""
        if name not in self.people:
            self.people[name] = Phone(self, hook, name)
        return self.people[name]

    def serve(self, content: bytes, name: str, mime: str) -> str:
        """Kakao's addresses end as the file's name does."""
        ending = PurePath(name).suffix if PurePath(name).suffix.isascii() else ""
        key = super().serve(content, name, mime).rpartition("/")[2]
        self.files[key + ending] = self.files.pop(key)
        return f"{self.url}/played/{key}{ending}"

    def callback(self, her: Phone) -> str:
        """A fresh callback address."""
        token = secrets.token_urlsafe(24)
        self._open[token] = (her, self._now() + MINUTE)
        return f"{self.url}/v1/bots/{self.bot_id}/callback/{token}"

    async def skill(self, her: Phone, request: Mapping[str, Any], action: Mapping[str, Any], block: str) -> Any:
        """Call the skill as the platform does. Raises Undelivered, TimeoutError."""
        where = {"id": "5d300e788192ac000132b8a4", "name": block}
        known: dict[str, Any] = {
            "botUserKey": her.bot_key,
            "plusfriendUserKey": her.channel_key,
            "appUserId": her.app_id,
        }
        known |= {"isFriend": True, "appUserStatus": "REGISTERED"}
        body = {
            "bot": {"id": self.bot_id, "name": "하늘 봇"},
            "intent": where | {"extra": {"reason": {"code": 1, "message": "OK"}}},
            "action": {"id": "5ffe572d7292584dbda1dc64", "name": "상담원 연결"} | dict(action),
            "userRequest": {
                "block": where,
                "user": {"id": her.bot_key, "type": "botUserKey", "properties": known},
                "lang": "ko",
                "timezone": "Asia/Seoul",
            }
            | dict(request),
            "contexts": [],
        }
        self.posted.append(msgspec.json.encode(body))
        headers = {"content-type": "application/json;charset=UTF-8", "x-madang-secret": self.skill_secret}
        async with asyncio.timeout(PATIENCE):
            answer = await self.post(her.hook, self.posted[-1], headers)
        return answer.json()

    def show(self, her: Phone, answer: Any) -> None:
        """An answer as bubbles. Raises Refused for what the platform would not show."""
        if not isinstance(answer, dict) or answer.get("version") != "2.0":
            raise Refused(400, {"message": "the answer has no version 2.0"})
        if answer.get("useCallback"):
            her.bubbles.append(Bubble(secrets.token_hex(6), False, str(answer["data"]["text"]), kind="waiting"))
            return
        template = answer["template"]
        outputs = template["outputs"]
        if not 1 <= len(outputs) <= 3 or len(template.get("quickReplies", [])) > 10:
            raise Refused(400, {"message": "outputs must be one to three"})
        for output in outputs:
            her.bubbles.append(_bubble(output))
        last = her.bubbles[-1]
        for reply in template.get("quickReplies", []):
            self.extras[last.id, reply["label"]] = reply.get("extra")
            last.buttons += (Button(reply["label"], str((reply.get("extra") or {}).get("madang", ""))),)

    async def answer(self, asked: Asked) -> Told:
        """A callback, an event, or a question about a task."""
        if "/callback/" in asked.path:
            return self._call_back(asked.path.rpartition("/")[2], asked)
        if asked.headers.get("authorization") != f"KakaoAK {self.rest_key}":
            raise Refused(401, {"status": "ERROR", "message": "invalid appKey"})
        if asked.path.startswith("/v1/tasks/"):
            raise Refused(404, {"status": "ERROR", "message": "no such task"})
        if asked.path != f"/v2/bots/{self.bot_id}/talk":
            raise Refused(404, {"status": "ERROR", "message": "no such bot"})
        return await self._event(asked.json())

    def _call_back(self, token: str, asked: Asked) -> Told:
        her, until = self._open.pop(token, (None, 0.0))
        if her is None or self._now() > until:
            return Told(_task("FAIL", "invalid callback token"))
        self.show(her, asked.json())
        return Told(_task("SUCCESS", "OK"))

    async def _event(self, body: Any) -> Told:
        keys = {(one["type"], one["id"]) for one in body["user"]}
        some = [her for her in self.people.values() if keys & her.keys]
        if not some or body["event"]["name"] != "madang_answer":
            return Told(_task("FAIL", "invalid user or event"))
        for her in some:
            if her.blocked:
                continue  # Kakao takes it, charges nothing, and shows nothing
            self.events += 1
            if self.skilled:
                request = {"utterance": body["event"]["name"], "params": dict(body.get("params") or {})}
                told: dict[str, Any] = {"params": {}, "detailParams": {}, "clientExtra": None}
                self.show(her, await self.skill(her, request, told, "답변 블록"))
            else:
                her.bubbles.append(Bubble(secrets.token_hex(6), False, body["event"]["data"]["text"], kind="event"))
        return Told(_task("SUCCESS", "OK"))

    def error(self, status: int) -> Any:
        """As the bot API writes it."""
        return {"status": "ERROR", "message": f"simulated {status}", "timestamp": int(time.time() * 1000)}

    def _now(self) -> float:
        return time.monotonic() + self.later


def _task(status: str, message: str) -> dict[str, Any]:
    return {"taskId": secrets.token_hex(12), "status": status, "message": message, "timestamp": int(time.time() * 1000)}


def _bubble(output: Mapping[str, Any]) -> Bubble:
    """One output. Raises Refused for what is over the bounds of the skill guide."""
    ((kind, given),) = output.items()
    words = str(given.get("text") or given.get("description") or "")
    most = {"simpleText": 1_000, "textCard": 400, "basicCard": 230}.get(kind, 0)
    if len(words) > most or len(given.get("buttons", [])) > 3:
        raise Refused(400, {"message": f"{kind} is too long"})
    buttons = tuple(Button(one["label"], url=one.get("webLinkUrl", "")) for one in given.get("buttons", []))
    url = given.get("imageUrl") or (given.get("thumbnail") or {}).get("imageUrl") or ""
    files = (Shown(str(given.get("altText") or "photo"), "image/jpeg", url=url),) if url else ()
    return Bubble(secrets.token_hex(6), False, words, files=files, buttons=buttons, kind=kind)
