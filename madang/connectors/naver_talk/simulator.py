"""Naver TalkTalk on loopback: its chatbot API, and the chat window of its users."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from madang.channels.connector import Button
from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told, Verb
from madang.lib.http import Blocked, CallFailed, Client

PARTNER, TOKEN, BOT = "w4hanl", "ct_simulator_0001", 10007
LONGEST_TEXT, LONGEST_TITLE, LONGEST_CARD, LONGEST_QUICK, MOST_BUTTONS = 10_000, 18, 1000, 10, 10
IMAGES = ("image/jpeg", "image/png", "image/gif")
HEADERS = {"content-type": "application/json;charset=UTF-8", "accept": "application/json"}


class No(Exception):
    """A refusal as Naver writes it: HTTP 200, with a code inside."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.body = {"success": False, "resultCode": code, "resultMessage": message}


class Simulator(Provider):
    """One TalkTalk account. ``echoes``: what we send comes back as an echo, as Naver does where that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, User] = {}
        self.echoes = False
        self.handover = True  # whether the Handover API is on

    def form(self) -> dict[str, str]:
        """The set-up form of a channel that speaks with this simulator: the networks are loopback."""
        local = "127.0.0.0/8\n::1/128"
        return {"partner": PARTNER, "authorization": TOKEN, "networks": local, "api_url": self.url, "handover": "on"}

    def person(self, hook: str, name: str = "미나", **more: Any) -> User:
        """A Naver user in this account's chat."""
        known = next((one for one in self.users.values() if one.name == name), None)
        if known is None:
            known = User(self, hook, name)
            self.users[known.id] = known
        known.hook = hook or known.hook
        return known

    async def answer(self, asked: Asked) -> Told:
        """One event of ours."""
        if (asked.method, asked.path) != ("POST", "/chatbot/v1/event"):
            raise Refused(404, {"success": False, "resultCode": "99", "resultMessage": "없는 주소"})
        try:
            await self._take(asked)
        except No as refused:
            return Told(refused.body)
        return Told({"success": True, "resultCode": "00"})

    async def _take(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != TOKEN:
            raise No("01", "Authorization 정보 에러")
        try:
            event = asked.json()
        except Refused:
            raise No("02", "request json 문자열 파싱 에러") from None
        user = self.users.get(str(event.get("user")))
        if user is None:
            raise No("99", f"잘못된 user 값 : {event.get('user')}")
        if not user.known:
            raise No("01", "권한없는 파트너에 대한 요청")
        if user.agreeing:
            raise No("01", "현재 이 사용자에게 메시지를 보낼 수 없음")
        kinds: Mapping[str, Any] = {"send": self._send, "action": self._action, "handover": self._handover}
        kind = kinds.get(str(event.get("event")))
        if kind is None:
            raise No("02", "event 정보 에러")
        await kind(user, event)

    async def _send(self, user: User, event: Mapping[str, Any]) -> None:
        said = [name for name in ("textContent", "imageContent", "compositeContent") if name in event]
        if len(said) != 1:
            raise No("02", "content는 하나만 보낼 수 있습니다.")
        user.typing, bubble = False, Bubble("N" + secrets.token_hex(6), False, author="하늘")
        if "textContent" in event:
            bubble.text, bubble.buttons = _text(event["textContent"]), _quick(event["textContent"])
        elif "imageContent" in event:
            bubble.files = (await _picture(event["imageContent"].get("imageUrl")),)
            bubble.buttons = _quick(event["imageContent"])
        else:
            bubble.text, bubble.buttons = _card(event["compositeContent"])
        bubble.kind = "push" if event.get("options", {}).get("notification") else ""
        user.left = False  # a new message opens the room again
        user.bubbles.append(bubble)
        if self.echoes:
            options = {"mobile": False, "sourceId": BOT, "threadOwnerId": BOT}
            echo = {name: event[name] for name in said} | {"echoedEvent": "send", "options": options}
            await user.post("echo", **echo)

    async def _action(self, user: User, event: Mapping[str, Any]) -> None:
        action = event.get("options", {}).get("action")
        if action not in ("typingOn", "typingOff"):
            raise No("02", "action 정보 에러")
        user.typing = action == "typingOn"

    async def _handover(self, user: User, event: Mapping[str, Any]) -> None:
        if not self.handover:
            raise No("01", "권한없는 요청")
        user.standby = event.get("options", {}).get("control") == "passThread"


class User(Person):
    """Her chat with the account, on the web or in Naver's app."""

    verbs: ClassVar[frozenset[Verb]] = frozenset({"say", "file", "press", "leave"})

    def __init__(self, provider: Simulator, hook: str, name: str) -> None:
        super().__init__(name)
        self.provider, self.hook = provider, hook
        self.id = "al-" + secrets.token_urlsafe(16)
        self.known = False  # she has been in the chat
        self.left = self.standby = self.agreeing = False

    async def post(self, event: str, **more: Any) -> None:
        """One event about her. Raises Undelivered."""
        body = {"event": event, "user": self.id, "partner": PARTNER, **more}
        await self.provider.post(self.hook, msgspec.json.encode(body), HEADERS)

    async def open(self, page: str = "", source: str = "") -> None:
        """Come to the chat, from a page or by a link with ``?from=``."""
        options: dict[str, Any] = {"inflow": "button" if page or source else "none", "friend": False}
        options |= {"under14": False, "under19": False, "mobile": False}
        options |= {name: value for name, value in (("referer", page), ("from", source)) if value}
        self.known = True
        await self.post("open", options=options)

    async def follow(self, url: str) -> None:
        """Come by a link into the chat, with its ``from``."""
        await self.open(source=dict(parse_qsl(urlsplit(url).query)).get("from", ""))

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Write, and send pictures: each is an event of its own."""
        if not self.known:
            await self.open()
        self.left = False
        bubble = Bubble("U" + secrets.token_hex(6), True, text, files=tuple(files))
        self.bubbles.append(bubble)
        if text:
            await self._send(textContent={"text": text, "inputType": "typing"})
        for file in files:
            url = self.provider.serve(file.content, file.name, file.mime)
            await self._send(imageContent={"imageUrl": url, "width": "640", "height": "480"})
        return bubble

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A text button says its title and its code; one with an address opens it."""
        if button.url:
            return bubble
        said = Bubble("U" + secrets.token_hex(6), True, button.label)
        self.bubbles.append(said)
        await self._send(textContent={"text": button.label, "code": button.value, "inputType": "button"})
        return said

    async def _send(self, **content: Any) -> None:
        more: dict[str, Any] = {"standby": True} if self.standby else {}
        await self.post("send", options={"mobile": True}, **content, **more)

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Leave the room."""
        if verb != "leave":
            await super().do(verb, bubble, value)
        self.left = True
        await self.post("leave", options={"mobile": False})

    async def befriend(self, on: bool = True) -> None:
        """Become a friend of the account, or be none any more."""
        await self.post("friend", options={"set": "on" if on else "off"})

    async def agent_says(self, text: str, nickname: str = "하늘지기") -> None:
        """Somebody answers her in the partner centre: an echo, and the thread is a person's from then on."""
        self.bubbles.append(Bubble("P" + secrets.token_hex(6), False, text, author=nickname))
        self.standby = True
        options = {"mobile": False, "sourceId": 1, "threadOwnerId": 1, "managerNickname": nickname}
        said = {"text": text, "inputType": "typing"}
        await self.post("echo", echoedEvent="send", textContent=said, options=options)


def _text(content: Mapping[str, Any]) -> str:
    text = content.get("text")
    if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
        raise No("02", "text 정보 에러")
    return text


def _quick(content: Mapping[str, Any]) -> tuple[Button, ...]:
    return _buttons(content.get("quickReply", {}).get("buttonList", []), LONGEST_QUICK)


def _card(content: Mapping[str, Any]) -> tuple[str, tuple[Button, ...]]:
    cards = content.get("compositeList") or []
    if not 1 <= len(cards) <= 10:
        raise No("02", "compositeList 정보 에러")
    card = cards[0]
    words = [card.get(name, "") for name in ("title", "description")]
    if not any(words) or len(words[1]) > LONGEST_CARD or len(card) < 2:
        raise No("02", "composite 정보 에러")
    return "\n".join(filter(None, words)), _buttons(card.get("buttonList", []), LONGEST_TITLE)


def _buttons(some: Sequence[Mapping[str, Any]], longest: int) -> tuple[Button, ...]:
    if len(some) > MOST_BUTTONS:
        raise No("02", "button은 10개까지 가능합니다.")
    made: list[Button] = []
    for one in some:
        data = one["data"]
        if len(data["title"]) > longest or (one["type"] == "LINK" and not data.get("mobileUrl")):
            raise No("02", "button 정보 에러")
        made.append(Button(data["title"], data.get("code", ""), data.get("url", "")))
    return tuple(made)


async def _picture(url: Any) -> Shown:
    """Naver fetches it once, within 10 seconds, and looks at what type it is said to be."""
    client = Client(["127.0.0.0/8", "::1"], timeout=10)
    try:
        answer = await client.request("GET", str(url), limit=20 << 20)
    except CallFailed as error:
        late = "IMG-03" if "larger" in str(error) else "IMG-02"
        raise No(late, "이미지 업로드 - 전송/처리 시간 초과") from None
    except Blocked:
        raise No("IMG-02", "이미지 업로드 - 전송/처리 시간 초과") from None
    finally:
        await client.close()
    if not answer.ok or answer.headers.get("content-type", "").split(";")[0] not in IMAGES:
        raise No("IMG-01", "이미지 업로드 - 포맷 불일치 or 처리 실패")
    return Shown("image", answer.headers["content-type"], answer.body, str(url))
