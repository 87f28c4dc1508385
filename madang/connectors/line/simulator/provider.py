"""The Messaging API as far as an official account needs it: messages, profiles, files, quota, the webhook's address."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from madang.channels.playing import Asked, Provider, Refused, Shown, Told, Undelivered
from madang.connectors.line.simulator.phone import Phone, signed
from madang.connectors.line.simulator.shapes import bubble, check, refuse

BOT = "U" + "b0" * 16
TOKEN_LIVES = 60.0  # seconds

Way = Callable[["Simulator", Asked, str], Awaitable[Told]]


class Simulator(Provider):
    """One official account. ``quota`` None is a plan without a limit; ``preparing`` files are not ready yet."""

    def __init__(self) -> None:
        super().__init__()
        self.secret = secrets.token_hex(16)
        self.token = secrets.token_urlsafe(64)
        self.basic_id = f"@{secrets.randbelow(900) + 100}{secrets.choice('abcdefgh')}haneul"
        self.phones: dict[str, Phone] = {}  # by user or group id
        self.content: dict[str, Shown] = {}  # by message id
        self.preparing: set[str] = set()
        self.reply_tokens: dict[str, tuple[str, float]] = {}  # to whom, and until when
        self.taken: dict[str, tuple[str, list[dict[str, str]]]] = {}  # by retry key: request id, sent messages
        self.read: set[str] = set()  # tokens of messages that our side has read
        self.quota: int | None = 200
        self.pushed = 0
        self.endpoint = ""
        self.active = True
        self._number = time.time_ns()

    def form(self) -> dict[str, str]:
        """As an administrator fills it in."""
        return {
            "channel_secret": self.secret,
            "token": self.token,
            "basic_id": self.basic_id,
            "api_url": self.url,
            "data_url": self.url,
        }

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """A friend of the account; ``group``: the ID of a group she writes in instead."""
        self.endpoint = hook
        known = next((one for one in self.phones.values() if one.name == name and one.hook == hook), None)
        made = known or Phone(self, hook, name, str(more.get("group", "")))
        self.phones[made.place] = made
        return made

    def number(self) -> str:
        """A new message id."""
        self._number += 1
        return str(self._number)

    def reply_token(self, place: str) -> str:
        """Good for one answer, for a minute."""
        token = secrets.token_hex(16)
        self.reply_tokens[token] = (place, time.monotonic() + TOKEN_LIVES)
        return token

    def error(self, status: int) -> Any:
        """Every error has a message."""
        words = {401: "Authentication failed. Confirm that the access token in the authorization header is valid."}
        return {"message": words.get(status, f"the simulator was told to answer {status}")}

    async def answer(self, asked: Asked) -> Told:
        """One call of the API. Raises :class:`Refused`."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, self.error(401))
        for (method, path), way in WAYS.items():
            start, mark, end = path.partition("*")
            middle = asked.path.removeprefix(start).removesuffix(end) if mark else ""
            fits = asked.path.startswith(start) and asked.path.endswith(end) and "/" not in middle
            if asked.method == method and (fits and middle if mark else asked.path == path):
                return await way(self, asked, middle)
        raise Refused(404, {"message": "Not found"})

    async def reply(self, asked: Asked, _name: str) -> Told:
        """By a reply token: free, once, within a minute."""
        body = asked.json()
        if "x-line-retry-key" in asked.headers:
            raise refuse("The retry key is not supported for this API")
        place, until = self.reply_tokens.get(str(body.get("replyToken")), ("", 0.0))
        if not place or time.monotonic() > until:
            raise refuse("Invalid reply token")
        messages = check(body.get("messages"))
        del self.reply_tokens[str(body["replyToken"])]
        return Told({"sentMessages": self._show(place, messages)}, headers=_request_id())

    async def push(self, asked: Asked, _name: str) -> Told:
        """To anybody, for money; what has the same retry key was taken before."""
        body, key = asked.json(), asked.headers.get("x-line-retry-key", "")
        messages, to = check(body.get("messages")), str(body.get("to", ""))
        if key in self.taken:
            request, sent = self.taken[key]
            said = {"message": "The retry key is already accepted", "sentMessages": sent}
            raise Refused(409, said, **{"x-line-accepted-request-id": request})
        if to not in self.phones:
            raise refuse("Failed to send messages")
        if self.quota is not None and self.pushed >= self.quota:
            raise Refused(429, {"message": "You have reached your monthly limit."})
        self.pushed += 1
        sent, headers = self._show(to, messages), _request_id()
        if key:
            self.taken[key] = (headers["x-line-request-id"], sent)
        return Told({"sentMessages": sent}, headers=headers)

    def _show(self, place: str, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Who has blocked the account sees nothing, and LINE does not say so."""
        phone, sent = self.phones[place], []
        for one in messages:
            number = self.number()
            if not phone.blocked:
                phone.bubbles.append(bubble(number, one))
                phone.typing = False
            sent.append({"id": number} | ({"quoteToken": f"q-{number}"} if one["type"] == "text" else {}))
        return sent

    async def profile(self, _asked: Asked, name: str) -> Told:
        """Of a friend only."""
        phone = self.phones.get(name)
        if phone is None or phone.blocked:
            raise Refused(404, {"message": "Not found"})
        return Told({"displayName": phone.name, "userId": name, "language": phone.language})

    async def group(self, _asked: Asked, name: str) -> Told:
        """What a group is called."""
        if name not in self.phones:
            raise Refused(404, {"message": "Not found"})
        return Told({"groupId": name, "groupName": f"{self.phones[name].name} 모임"})

    async def info(self, _asked: Asked, _name: str) -> Told:
        """Who the token is of."""
        about = {"userId": BOT, "basicId": self.basic_id, "displayName": "하늘"}
        return Told(about | {"chatMode": "bot", "markAsReadMode": "auto"})

    async def limit(self, _asked: Asked, _name: str) -> Told:
        """What the plan holds."""
        return Told({"type": "none"} if self.quota is None else {"type": "limited", "value": self.quota})

    async def consumption(self, _asked: Asked, _name: str) -> Told:
        """What of it is used."""
        return Told({"totalUsage": self.pushed})

    async def hook(self, _asked: Asked, _name: str) -> Told:
        """The address that was given."""
        if not self.endpoint:
            raise Refused(404, {"message": "Webhook endpoint not found"})
        return Told({"endpoint": self.endpoint, "active": self.active})

    async def set_hook(self, asked: Asked, _name: str) -> Told:
        """Another address."""
        self.endpoint = str(asked.json().get("endpoint", ""))
        return Told({})

    async def try_hook(self, asked: Asked, _name: str) -> Told:
        """Post a webhook without events, and tell what came of it."""
        body = b'{"destination":"%s","events":[]}' % BOT.encode()
        said = {"timestamp": "2026-11-22T04:00:00.000Z", "reason": "OK", "detail": "200"}
        try:
            await self.post(asked.json().get("endpoint") or self.endpoint, body, signed(self.secret, body))
        except Undelivered as error:
            status = error.answer.status
            return Told(said | {"success": False, "statusCode": status, "reason": "ERROR_STATUS_CODE", "detail": "-"})
        return Told(said | {"success": True, "statusCode": 200})

    async def load(self, asked: Asked, _name: str) -> Told:
        """Three dots, in a chat of two."""
        body = asked.json()
        phone = self.phones.get(str(body.get("chatId")))
        if phone is None or phone.place[0] != "U":
            raise refuse("The request body has 1 error(s)", ("chatId", "The value is invalid"))
        if body.get("loadingSeconds", 20) not in range(5, 61, 5):
            raise refuse("The request body has 1 error(s)", ("loadingSeconds", "Must be a multiple of 5"))
        phone.typing = True
        return Told({}, 202)

    async def mark_read(self, asked: Asked, _name: str) -> Told:
        """All she wrote up to this message."""
        token = str(asked.json().get("markAsReadToken", ""))
        phone = next((one for one in self.phones.values() if token in one.unread), None)
        if phone is None:
            raise refuse("Invalid markAsReadToken")
        phone.seen(token)
        return Told({})

    async def file(self, _asked: Asked, name: str) -> Told:
        """What she sent; a film that is still prepared is no file yet."""
        if name in self.preparing:
            return Told({}, 202)
        if name not in self.content:
            raise Refused(404, {"message": "Not found"})
        return Told(self.content[name].content, headers={"content-type": self.content[name].mime})

    async def transcoding(self, _asked: Asked, name: str) -> Told:
        """Whether a film is ready."""
        if name not in self.content:
            raise Refused(404, {"message": "Not found"})
        return Told({"status": "processing" if name in self.preparing else "succeeded"})


def _request_id() -> dict[str, str]:
    return {"x-line-request-id": secrets.token_hex(16)}


WAYS: Mapping[tuple[str, str], Way] = {
    ("POST", "/v2/bot/message/reply"): Simulator.reply,
    ("POST", "/v2/bot/message/push"): Simulator.push,
    ("GET", "/v2/bot/message/quota"): Simulator.limit,
    ("GET", "/v2/bot/message/quota/consumption"): Simulator.consumption,
    ("GET", "/v2/bot/profile/*"): Simulator.profile,
    ("GET", "/v2/bot/group/*/summary"): Simulator.group,
    ("GET", "/v2/bot/info"): Simulator.info,
    ("GET", "/v2/bot/channel/webhook/endpoint"): Simulator.hook,
    ("PUT", "/v2/bot/channel/webhook/endpoint"): Simulator.set_hook,
    ("POST", "/v2/bot/channel/webhook/test"): Simulator.try_hook,
    ("POST", "/v2/bot/chat/loading/start"): Simulator.load,
    ("POST", "/v2/bot/chat/markAsRead"): Simulator.mark_read,
    ("GET", "/v2/bot/message/*/content/transcoding"): Simulator.transcoding,
    ("GET", "/v2/bot/message/*/content"): Simulator.file,
}
