"""What the house says, as an account says it: to her alone, below her comment, or once privately. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from madang.channels.connector import Media, Outbound
from madang.channels.fit import lines
from madang.lib.meta import speaking

Where = Literal["direct", "public", "private"]

DIRECT = 1_000  # bytes of UTF-8: 333 Korean syllables
PUBLIC = 300  # characters of a comment
IMAGE = 8 << 20  # bytes; video, audio and PDF 25 MB


def where(out: Outbound) -> Where:
    """Below a comment where that is what it answers, and was meant to be read by everybody when it was written."""
    if not speaking.is_public(out.reply_to):
        return "direct"
    if out.data.get("private") is True or out.heard.get("_live") is True:
        return "private"
    return "public" if out.data.get("public") is True else "direct"


def fitted(part: Outbound) -> list[Outbound]:
    """One call of the API each."""
    place = where(part)
    if place == "direct":
        return _direct(part)
    part = _with_links(part, part.media)
    if place == "private":
        return [part]
    return _parts(part, cut(part.text, PUBLIC, len))


def _direct(part: Outbound) -> list[Outbound]:
    carried = tuple(one for one in part.media if _carried(one))
    part = _with_links(part, tuple(one for one in part.media if one not in carried), buttons=False)
    if not speaking.kind_of_choice(part.text, pressed(part)) or len(part.text.encode()) > DIRECT:
        part = replace(part, text=(part.text + lines(part.buttons)).strip(), buttons=())
    made = [replace(part, text="", media=(one,), buttons=()) for one in carried]
    words = cut(part.text, DIRECT, lambda text: len(text.encode())) if part.text or not made else []
    made += [replace(part, text=one, media=()) for one in words]
    return [one if n == 0 else replace(one, key=f"{part.key}/{n}") for n, one in enumerate(made)]


def _carried(media: Media) -> bool:
    """Instagram fetches files itself, and takes PDF as the only document."""
    if not media.link or (media.kind == "file" and media.mime != "application/pdf"):
        return False
    return media.kind != "image" or media.size <= IMAGE


def _with_links(part: Outbound, media: tuple[Media, ...], *, buttons: bool = True) -> Outbound:
    words = part.text + (lines(part.buttons) if buttons else "") + "".join(f"\n{m.name}: {m.link}" for m in media)
    kept = tuple(one for one in part.media if one not in media)
    return replace(part, text=words.strip(), buttons=() if buttons else part.buttons, media=kept)


def _parts(part: Outbound, texts: list[str]) -> list[Outbound]:
    return [replace(part, text=one, key=f"{part.key}/{n}" if n else part.key) for n, one in enumerate(texts)]


def cut(text: str, most: int, length: Any) -> list[str]:
    """Parts of at most ``most`` by ``length``, broken at white space where there is any."""
    parts = [""]
    for word in re.findall(r"\S+\s*|\s+", text):
        if parts[-1] and length(parts[-1] + word.rstrip()) > most:
            parts.append("")
        if length(word.rstrip()) <= most:
            parts[-1] += word
            continue
        for letter in word:
            if length(parts[-1] + letter) > most:
                parts.append("")
            parts[-1] += letter
    return [one.strip() for one in parts if one.strip()] or [""]


def pressed(part: Outbound) -> list[speaking.Pressed]:
    """Its buttons."""
    return [(one.label, one.value, one.url) for one in part.buttons]


def direct(part: Outbound, now: datetime, *, human: bool) -> dict[str, Any]:
    """A message to her alone."""
    made: dict[str, Any] = {"recipient": {"id": part.to.value}}
    made |= speaking.kind(speaking.since(part.heard_at, now), human=human, machine=part.auto)
    return made | {"message": _message(part)}


def private(part: Outbound) -> dict[str, Any]:
    """The one private answer to a comment."""
    return {"recipient": {"comment_id": part.reply_to}, "message": _message(part)}


def _message(part: Outbound) -> dict[str, Any]:
    if part.media:
        return {"attachment": {"type": part.media[0].kind, "payload": {"url": part.media[0].link}}}
    return speaking.words(part.text, pressed(part))
