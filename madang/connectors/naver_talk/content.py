"""What we say, as Naver shows it: words, one picture, or a card with buttons. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from madang.channels.connector import Button, Media, Outbound
from madang.channels.fit import lines
from madang.connectors.naver_talk.events import OURS

IMAGES = {"image/jpeg", "image/png", "image/gif"}
CARD = 1000  # characters of a card's description
QUICK = 10  # characters of a quick button's label; the buttons of a card may have 18
LONGEST_CODE = 1000


def parts_of(given: Sequence[Outbound]) -> list[Outbound]:
    """Naver takes one content at a time: the words, then each picture on its own, the buttons on the last."""
    made: list[Outbound] = []
    for part in given:
        fine = [media for media in part.media if media.mime in IMAGES and media.link]
        other = "".join(f"\n{media.name}: {media.link}" for media in part.media if media not in fine and media.link)
        words = (part.text + other).strip()
        if words or not fine:
            made.append(replace(part, text=words, media=(), buttons=()))
        made += [
            replace(part, text="", media=(media,), buttons=(), key=f"{part.key}.p{n}") for n, media in enumerate(fine)
        ]
        if not words and fine:
            made[-len(fine)] = replace(made[-len(fine)], key=part.key)
    return _with_buttons(made, given[-1].buttons)


def _with_buttons(made: list[Outbound], buttons: Sequence[Button]) -> list[Outbound]:
    if not buttons:
        return made
    last = made[-1]
    card = last.text and len(last.text) <= CARD
    if card or all(len(one.label) <= QUICK for one in buttons):
        return [*made[:-1], replace(last, buttons=tuple(buttons))]
    said = lines(buttons).strip()
    if last.media:
        return [*made, replace(last, text=said, media=(), key=f"{last.key}.b")]
    return [*made[:-1], replace(last, text=f"{last.text}\n{said}")]


def event(out: Outbound, *, push: bool) -> dict[str, Any]:
    """One part as a ``send`` event. ``push``: ring her phone unless she has the chat open."""
    made: dict[str, Any] = {"event": "send", "user": out.to.value, **_content(out)}
    return made | ({"options": {"notification": True}} if push else {})


def _content(out: Outbound) -> dict[str, Any]:
    buttons = [_button(one) for one in out.buttons]
    quick = {"quickReply": {"buttonList": buttons}} if buttons else {}
    if out.media:
        return {"imageContent": {"imageUrl": _address(out.media[0]), **quick}}
    if buttons and len(out.text) <= CARD:
        return {"compositeContent": {"compositeList": [{"description": out.text, "buttonList": buttons}]}}
    return {"textContent": {"text": out.text, "code": OURS + out.key, **quick}}


def _address(media: Media) -> str:
    return media.link


def _button(one: Button) -> dict[str, Any]:
    """A postback is a text button with a code; an address opens."""
    if one.url:
        return {"type": "LINK", "data": {"title": one.label, "url": one.url, "mobileUrl": one.url}}
    return {"type": "TEXT", "data": {"title": one.label, "code": (one.value or one.label)[:LONGEST_CODE]}}
