"""What Naver's events mean (chatbot API v1, README and its issues). Pure.

They carry neither an id nor a time: the door gives each delivery both. Content of a kind we do not know is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from madang.channels.connector import Delivery, Inbound, Kind, Malformed, Media, Party
from madang.connectors.naver_talk import profile

PARTNER = 1  # ``sourceId`` and ``threadOwnerId`` of people in the partner centre; bots have other numbers
OURS = "madang:"  # begins the ``code`` of what we say, which an echo brings back
LONGEST_USER = 256
CARRY = re.compile(r"MDG-([A-Z0-9]{10})")
CARRY_IN_WORDS = re.compile(r"\s*\[MDG-([A-Z0-9]{10})\]\s*")
CONTENTS = ("textContent", "imageContent", "compositeContent")
Event = Mapping[str, Any]


def read(delivery: Delivery) -> Sequence[Inbound]:
    """What one event says; raises :class:`Malformed` for what is no event of Naver's at all."""
    event = decoded(delivery.body)
    party = Party(Kind.SCOPED, user_of(event)) if user_of(event) else None
    told = Told(event, delivery.key, _moment(delivery.meta), party)
    if party is None:
        return []  # settings of the account, such as persistentMenu: nobody speaks
    return KINDS.get(str(event.get("event")), _unknown)(told)


class Told(msgspec.Struct, frozen=True):
    """One event with what the door knows of it."""

    event: Event
    key: str
    at: datetime
    party: Party | None

    @property
    def options(self) -> Event:
        """Whatever else it says."""
        given = self.event.get("options")
        return given if isinstance(given, dict) else {}


def decoded(body: bytes) -> Event:
    """The event; raises :class:`Malformed`."""
    try:
        event = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is no JSON: {error}") from None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise Malformed("this is no event of Naver TalkTalk: `event` is missing")
    return event


def user_of(event: Event) -> str:
    """Who it is about: constant for a Naver account within this TalkTalk account (``al-…``)."""
    user = event.get("user")
    return user if isinstance(user, str) and 0 < len(user) <= LONGEST_USER and user.isprintable() else ""


def _send(told: Told) -> Sequence[Inbound]:
    """She says something: exactly one content."""
    data: dict[str, Any] = {"_standby": True} if told.event.get("standby") is True else {}
    text, media, more = content(told.event)
    pressed = str(more.get("postback", ""))
    carried = CARRY_IN_WORDS.search(text)
    text = CARRY_IN_WORDS.sub(" ", text).strip() if carried else text
    code = carried[1] if carried else ""
    kind: Any = "postback" if pressed else "message"
    return [Inbound(kind, told.key, told.at, told.party, text, media=media, carry=code, data=data | more)]


def content(event: Event) -> tuple[str, tuple[Media, ...], dict[str, Any]]:
    """(words, files, data) of whichever content there is."""
    given = next((name for name in CONTENTS if isinstance(event.get(name), dict)), "")
    if given == "textContent":
        return _text(event["textContent"])
    if given == "imageContent" and isinstance(event["imageContent"].get("imageUrl"), str):
        return "", (image(event["imageContent"]["imageUrl"]),), {}
    if given == "compositeContent":
        return _composite(event["compositeContent"]), (), {}
    other = next((name for name in event if name.endswith("Content")), given or "send")
    return "", (), {"unsupported": other.removesuffix("Content") or "send"}


def _text(said: Event) -> tuple[str, tuple[Media, ...], dict[str, Any]]:
    text = said["text"] if isinstance(said.get("text"), str) else ""
    way, code = said.get("inputType"), said.get("code")
    if isinstance(code, str) and code and not code.startswith(OURS):
        return text, (), {"postback": code}
    if way == "sticker":
        return text, (), {"sticker": {"keywords": [text] if text else []}}
    if way == "vphone":  # a number that leads to hers for some days: "050719003814,2017-11-03"
        number, _, until = text.partition(",")
        contact = {"name": "", "phones": [number.strip()], "emails": []}
        return f"{number.strip()} (~{until.strip()})" if until else number, (), {"contact": contact}
    return text, (), {} if text.strip() else {"unsupported": str(way or "text")}


def _composite(said: Event) -> str:
    """The words of cards: what a shop's own tools send shows as an echo."""
    cards = said.get("compositeList")
    words = [
        one[name]
        for one in (cards if isinstance(cards, list) else [])
        if isinstance(one, dict)
        for name in ("title", "description")
        if isinstance(one.get(name), str)
    ]
    return "\n".join(words)


def image(url: str) -> Media:
    """A picture at Naver, which keeps it for good. Its type is seen when it is fetched."""
    name = url.split("?")[0].rpartition("/")[2][:100] or "image"
    ending = name.rpartition(".")[2].lower()
    mime = {"png": "image/png", "gif": "image/gif"}.get(ending, "image/jpeg")
    return Media("image", name, mime, ref=url)


def _open(told: Told) -> Sequence[Inbound]:
    """She opens the chat: from which page, and by which link of ours."""
    referer, source = told.options.get("referer"), told.options.get("from")
    data: dict[str, Any] = {"page": {"url": referer, "title": ""}} if isinstance(referer, str) and referer else {}
    carried = CARRY.fullmatch(source.strip()) if isinstance(source, str) else None
    if isinstance(source, str) and source.strip() and carried is None:
        data["topic"] = source.strip()[:200]
    code = carried[1] if carried else ""
    return [Inbound("session", told.key, told.at, told.party, reach="open", carry=code, data=data)]


def _leave(told: Told) -> Sequence[Inbound]:
    """She leaves the room: the session is over. Naver says that this is no wish to hear nothing more."""
    return [Inbound("session", told.key, told.at, told.party, reach="closed")]


def _friend(told: Told) -> Sequence[Inbound]:
    """A friend gets the shop's mass mailings, and one who is none does not: chats are as before."""
    return [Inbound("consent", told.key, told.at, told.party, data={"marketing": told.options.get("set") == "on"})]


def _profile(told: Told) -> Sequence[Inbound]:
    """What she agreed to give."""
    return profile.read(told.options, told.key, told.at, user_of(told.event))


def _echo(told: Told) -> Sequence[Inbound]:
    """What our side said: only what somebody said in the partner centre is news to us."""
    kind = str(told.event.get("echoedEvent") or "send")[:80]
    if kind in ("action", "handover") or _is_ours(told):
        return []
    text, media, data = content(told.event) if kind == "send" else ("", (), {"unsupported": kind})
    author = told.options.get("managerNickname")
    if isinstance(author, str) and author:
        data["author"] = author
    return [Inbound("echo", told.key, told.at, told.party, text, media=media, data=data)]


def _is_ours(told: Told) -> bool:
    """Naver echoes what we send too: it is known by its source where the Handover API is on, else by our code."""
    source, said = told.options.get("sourceId"), told.event.get("textContent")
    if isinstance(source, int):
        return source != PARTNER
    code = said.get("code") if isinstance(said, dict) else None
    return isinstance(code, str) and code.startswith(OURS)


def _nothing(_told: Told) -> Sequence[Inbound]:
    """A change of who leads the thread: nobody said anything."""
    return []


def _unknown(told: Told) -> Sequence[Inbound]:
    """A type of event we do not know, kept: she did something."""
    name = str(told.event.get("event"))[:80]
    return [Inbound("message", told.key, told.at, told.party, data={"unsupported": name})]


KINDS: Mapping[str, Callable[[Told], Sequence[Inbound]]] = {
    "send": _send,
    "open": _open,
    "leave": _leave,
    "friend": _friend,
    "profile": _profile,
    "echo": _echo,
    "handover": _nothing,
    "action": _nothing,
}


def _moment(meta: Mapping[str, str]) -> datetime:
    """When the door took it in."""
    try:
        return datetime.fromisoformat(meta.get("at", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)
