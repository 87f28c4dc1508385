"""What we say, as KakaoTalk's bubbles: plain (words or one file) and rich (words, one picture, buttons, lists, cards).

In the one spelling that both dealers' forms have in common; each writes it in its own way.
Bounds: kakaobusiness.gitbook.io, 상담톡 message guide.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from madang.channels.connector import Button, Media, Outbound
from madang.channels.fit import lines
from madang.connectors.kakao_consult import cards
from madang.connectors.kakao_consult.facts import OURS

Shape = Literal["IMAGE", "VIDEO", "AUDIO", "FILE"]
Upload = Callable[[Media, Shape, bool], Awaitable[Mapping[str, Any]]]  # (file, shape, for a rich bubble) -> its part

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
PICTURE_BYTES, AUDIO_BYTES = 5 << 20, 10 << 20


@dataclass(frozen=True, slots=True)
class Bubble:
    """One call: ``form`` is the bubble without whom it is for."""

    way: Literal["plain", "rich"]
    form: Mapping[str, Any]


def shape(media: Media) -> Shape:
    """How Kakao takes this file: what is too large or strange for its kind goes as a plain file."""
    if media.kind == "image" and media.mime in PICTURES and media.size <= PICTURE_BYTES:
        return "IMAGE"
    if media.kind == "audio" and media.size <= AUDIO_BYTES:
        return "AUDIO"
    return "VIDEO" if media.kind == "video" else "FILE"


def fitted(parts: Sequence[Outbound]) -> list[Outbound]:
    """One file a bubble; only a single picture may stand with words. Cards go with the first."""
    made: list[Outbound] = []
    for place, part in enumerate(parts):
        one = cards.settle(part if place == 0 else replace(part, data={}))
        if one.buttons and not one.text:
            one = replace(one, text=lines(one.buttons).strip(), buttons=())
        alone = len(one.media) <= 1 and (not one.text or not one.media or shape(one.media[0]) == "IMAGE")
        made += [one] if alone or cards.carousel(one) is not None else _apart(one)
    return made


def _apart(part: Outbound) -> list[Outbound]:
    """The words, then each file."""
    words = [replace(part, media=())] if part.text else []
    files = [
        replace(part, key=f"{part.key}-{place}", text="", buttons=(), media=(media,), data={})
        for place, media in enumerate(part.media)
    ]
    if not words and files:
        files[0] = replace(files[0], key=part.key)
    return words + files


async def compose(out: Outbound, upload: Upload) -> Bubble:
    """The bubble of one fitted part; its files are uploaded on the way. Raises SendError."""
    pressable = {"buttons": [_button(one) for one in out.buttons]} if out.buttons else {}
    if (some := cards.carousel(out)) is not None:
        return Bubble("rich", await _carousel(out, some, upload))
    if (entries := cards.items(out)) is not None:
        head = {"header": cards.header(out)} if cards.header(out) else {}
        form = {"message": out.text, "attachment": {"item": {"list": entries}} | pressable}
        return Bubble("rich", {"chat_bubble_type": "ITEM_LIST"} | head | form)
    if not out.media:
        form = {"chat_bubble_type": "TEXT", "message": out.text}
        return Bubble("rich", form | {"attachment": pressable}) if pressable else Bubble("plain", form)
    media, kind = out.media[0], shape(out.media[0])
    rich = bool(out.text)
    part = {"image" if kind == "IMAGE" else "file": await upload(media, kind, rich)}
    form = {"chat_bubble_type": kind, "message": out.text, "attachment": part | pressable}
    return Bubble("rich" if rich else "plain", form)


async def _carousel(out: Outbound, some: Sequence[Mapping[str, Any]], upload: Upload) -> dict[str, Any]:
    made = []
    for card, media in zip(some, out.media, strict=True):
        part: dict[str, Any] = {"image": await upload(media, "IMAGE", True)}
        if pressable := cards.buttons(card):
            part["buttons"] = [_button(one) for one in pressable]
        words = {"header": str(card.get("title", "")), "message": str(card.get("text", ""))}
        made.append(words | {"attachment": part})
    return {"chat_bubble_type": "CAROUSEL_FEED", "carousel": {"list": made}}


def _button(button: Button) -> dict[str, str]:
    """WL opens an address; BK says its label in her name, and ``extra`` comes back with it."""
    if button.url:
        return {"type": "WL", "name": button.label, "url_mobile": button.url, "url_pc": button.url}
    return {"type": "BK", "name": button.label, "extra": OURS + (button.value or button.label)}
