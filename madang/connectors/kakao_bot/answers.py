"""Skill answers of version 2: words, cards, pictures, quick replies. Source: skill guide, response types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from madang.channels.connector import Button, Limits, Media, Outbound
from madang.channels.fit import lines, split
from madang.connectors.kakao_bot.payload import OURS

OUTPUTS = 3  # bubbles of one answer
BUBBLE = Limits(text=1_000)  # simpleText
WHOLE = Limits(text=2_500)  # of one answer: fits into three bubbles wherever its words break
CARD, CAPTION = 400, 230  # characters beside buttons, and below a picture
LINKS = 3  # buttons of a card


def waiting(words: str, callback: bool) -> dict[str, Any]:
    """What she reads at once. With a callback the block shows ``data.text`` and waits a minute for more."""
    if callback:
        return {"version": "2.0", "useCallback": True, "data": {"text": words}}
    return _answer([{"simpleText": {"text": words}}])


def fitted(parts: Sequence[Outbound], several: bool) -> list[Outbound]:
    """At most three bubbles an answer. ``several``: more than one answer can be given; else files become links."""
    made: list[Outbound] = []
    for part in parts:
        words, buttons = part.text, part.buttons
        links = [one for one in buttons if one.url]
        if buttons and (not words or len(links) > LINKS or (links and len(words) > CARD)):
            words, buttons = (words + lines(buttons)).strip(), ()
        kept, rest = _divided([media for media in part.media if media.link], words)
        if rest and not several:
            words += "".join(f"\n{media.name}: {media.link}" for media in rest)
        made += _parts(replace(part, buttons=buttons, media=kept), words.strip())
        if several:
            made += [
                replace(part, key=f"{part.key}-{n}", text="", buttons=(), media=(one,)) for n, one in enumerate(rest)
            ]
    return made


def _divided(media: Sequence[Media], words: str) -> tuple[tuple[Media, ...], tuple[Media, ...]]:
    """(those that find room beside the words, the others)."""
    room = max(0, OUTPUTS - len(_chunks(words)))
    return tuple(media[:room]), tuple(media[room:])


def _parts(part: Outbound, words: str) -> list[Outbound]:
    """The words in answers of their own where they are too many; the buttons stay with the last."""
    some = split(words, WHOLE) if words else [""]
    made = [
        replace(part, text=one, buttons=(), media=(), key=part.key if n == 0 else f"{part.key}+{n}")
        for n, one in enumerate(some)
    ]
    made[0] = replace(made[0], media=part.media)
    made[-1] = replace(made[-1], buttons=part.buttons)
    return made


def _chunks(words: str) -> list[str]:
    """Three bubbles at most; nothing is lost."""
    some = split(words, BUBBLE) if words else []
    if len(some) <= OUTPUTS:
        return some
    return [words[start : start + BUBBLE.text] for start in range(0, len(words), BUBBLE.text)]


def compose(out: Outbound) -> dict[str, Any]:
    """The answer of one fitted part."""
    links = [_link(one) for one in out.buttons if one.url]
    replies = [_reply(one) for one in out.buttons if not one.url]
    more = {"buttons": links} if links else {}
    if len(out.media) == 1 and out.text and len(out.text) <= CAPTION:
        card = {"description": out.text, "thumbnail": {"imageUrl": out.media[0].link}}
        return _answer([{"basicCard": card | more}], replies)
    some = _chunks(out.text)
    outputs: list[dict[str, Any]] = [{"simpleText": {"text": one}} for one in some]
    if links:
        outputs[-1] = {"textCard": {"description": some[-1]} | more}
    outputs += [{"simpleImage": {"imageUrl": one.link, "altText": one.name[:50]}} for one in out.media]
    return _answer(outputs, replies)


def plain(out: Outbound) -> str:
    """The same as words alone: for a block that only shows a text."""
    files = "".join(f"\n{media.name}: {media.link}" for media in out.media)
    return (out.text + files + lines(out.buttons)).strip()


def _answer(outputs: list[dict[str, Any]], replies: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    template: dict[str, Any] = {"outputs": outputs} | ({"quickReplies": replies} if replies else {})
    return {"version": "2.0", "template": template}


def _link(button: Button) -> dict[str, str]:
    return {"label": button.label, "action": "webLink", "webLinkUrl": button.url}


def _reply(button: Button) -> dict[str, Any]:
    """Pressed, she says its label; ``extra`` comes back as the action's clientExtra."""
    extra = {OURS: button.value or button.label}
    return {"label": button.label, "action": "message", "messageText": button.label, "extra": extra}
