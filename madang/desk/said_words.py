"""What a message holds beside words: places, cards, stickers, reactions; what can be done with it. Filters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from madang.channels.connector import Cap
from madang.channels.registry import entries, get
from madang.conversations.rows import Reaction, Said
from madang.lib import moments
from madang.lib.language import gettext
from madang.lib.language import marked as _

LONG = 500  # characters of what a stranger's data may say in one place
MAP = "https://www.openstreetmap.org/?mlat={0:.6f}&mlon={1:.6f}#map=16/{0:.6f}/{1:.6f}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where she is, or means: ``map`` a page with a map, ``app`` what opens a map program."""

    title: str
    address: str
    map: str
    app: str


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody she sent us."""

    name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What she wrote under or about: a story, a post, a page of ours. ``url`` '' where there is no address."""

    icon: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """One emoji under a message and everybody who put it there."""

    emoji: str
    count: int
    who: str
    mine: bool


def place_of(message: Said) -> Place | None:
    """The place in her message, None when there is none or it is nowhere on Earth."""
    given = _mapping(message.data.get("location"))
    try:
        lat, lng = float(given["lat"]), float(given["lng"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180):
        return None
    title, address = _text(given.get("title")), _text(given.get("address"))
    return Place(title, address, MAP.format(lat, lng), f"geo:{lat:.6f},{lng:.6f}")


def card_of(message: Said) -> Card | None:
    """The contact card in her message."""
    given = _mapping(message.data.get("contact"))
    made = Card(_text(given.get("name")), _texts(given.get("phones")), _texts(given.get("emails")))
    return made if made.name or made.phones or made.emails else None


def sticker_of(message: Said) -> str | None:
    """What a sticker shows, in the provider's words; '' when it has none, None when there is no sticker."""
    given = message.data.get("sticker")
    if not given:
        return None
    keywords = _mapping(given).get("keywords")
    return ", ".join(_texts(keywords)) if isinstance(keywords, list | tuple) else _text(keywords)


def context_of(message: Said) -> list[Context]:
    """What she wrote under or about, and what it concerns."""
    data = message.data
    story, comment, page = (_mapping(data.get(name)) for name in ("story", "comment", "page"))
    found: list[Context] = []
    if story:
        label = gettext(_("About a story of ours"))
        found.append(Context(icon="circle-dashed", label=label, url=_address(story, "url")))
    if comment:
        label = gettext(_("A public comment under a post of ours"))
        url = _address(comment, "url") or _address(comment, "post")
        found.append(Context(icon="message-circle", label=label, url=url))
    if title := _text(page.get("title")) or _address(page, "url"):
        found.append(Context(icon="eye", label=title, url=_address(page, "url")))
    if topic := _text(data.get("topic")):
        found.append(Context(icon="tag", label=topic, url=""))
    orders = [gettext(_("Order %(number)s")) % {"number": order} for order in _texts(data.get("orders"))]
    return found + [Context(icon="shopping-bag", label=label, url="") for label in orders]


def pressed(message: Said) -> bool:
    """Whether she pressed a button rather than wrote."""
    return message.direction == "in" and bool(message.data.get("postback"))


def offered(message: Said) -> list[str]:
    """The labels of the buttons that went with a message of ours."""
    given = message.data.get("buttons")
    rows = given if isinstance(given, list) else []
    return [label for one in rows[:20] if (label := _text(_mapping(one).get("label")))]


def said_by(message: Said) -> str:
    """The template by which we said it, '' for free words."""
    return _text(_mapping(message.data.get("template")).get("name")) if message.direction == "out" else ""


def alone(message: Said) -> bool:
    """Whether we said it to her alone, where others read along."""
    return message.direction == "out" and message.data.get("private") is True


def unsupported(message: Said) -> str:
    """The provider's own name for a kind of message that we cannot show, '' for what we can."""
    return _text(message.data.get("unsupported"))[:80]


def elsewhere(message: Said) -> bool:
    """Whether our side wrote it in the provider's own tool."""
    return message.direction == "out" and bool(message.data.get("echo"))


def hidden(message: Said) -> bool:
    """Whether her public words are hidden from others by us."""
    return bool(message.data.get("hidden"))


def acts(message: Said) -> list[str]:
    """What can be done at the provider with this message: hide, unhide, private."""
    if message.direction != "in" or message.deleted_at or not message.data.get("comment") or message.channel is None:
        return []
    caps = get(message.channel.connector).caps if message.channel.connector in entries() else Cap(0)
    if Cap.HIDE not in caps:
        return []
    return ["unhide" if hidden(message) else "hide"]


def reactions_of(message: Said, customer: str) -> list[Reacted]:
    """The emojis under a message, each once, with who put it there."""
    grouped: dict[str, list[Reaction]] = {}
    for one in message.reactions:
        grouped.setdefault(one.emoji, []).append(one)
    return [
        Reacted(emoji, len(some), ", ".join(one.who or customer for one in some), any(one.mine for one in some))
        for emoji, some in grouped.items()
    ]


def mailboxes(message: Said, field: str) -> list[str]:
    """Whom a mail names in ``field`` (to, cc, bcc), with the names hers gives them; ours was typed without."""
    given = message.data.get(field)
    return [words for one in (given if isinstance(given, list) else ()) if (words := _mailbox(one))]


def _mailbox(one: Any) -> str:
    given = {"address": one} if isinstance(one, str) else _mapping(one)
    name, address = _text(given.get("name")), _text(given.get("address"))
    return f"{name} <{address}>" if name and address else address


def taken_back(message: Said, name: str) -> str:
    """Who took it back, and when."""
    if message.deleted_at is None:
        return ""
    when = {"name": name, "time": moments.clock(message.deleted_at)}
    return gettext(_("%(name)s took this back: %(time)s")) % when


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """A short text of a stranger's data, on one line."""
    return " ".join(str(value).split())[:LONG] if isinstance(value, str | int) and value is not True else ""


def _texts(values: Any) -> tuple[str, ...]:
    some: Iterable[Any] = values if isinstance(values, Sequence) and not isinstance(values, str) else ()
    return tuple(filter(None, map(_text, list(some)[:20])))


def _address(value: Any, name: str) -> str:
    """A web address out of a stranger's data: http and https, nothing else."""
    url = _text(_mapping(value).get(name))
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


FILTERS = {
    one.__name__: one
    for one in (
        acts,
        alone,
        card_of,
        context_of,
        elsewhere,
        hidden,
        mailboxes,
        offered,
        place_of,
        pressed,
        reactions_of,
        said_by,
        sticker_of,
        taken_back,
        unsupported,
    )
}
