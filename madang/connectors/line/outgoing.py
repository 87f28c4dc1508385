"""An answer as LINE's message objects, at most five a request. Pure.

Shapes and limits: developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from madang.channels.connector import Button, Limits, Media, Outbound
from madang.channels.fit import split
from madang.connectors.line.events import press

AT_ONCE = 5  # message objects of one request
TEXT = 5_000  # UTF-16 code units
IMAGE = 10 << 20
PREVIEW = 1 << 20
FILM = 200 << 20
PICTURES = {"image/jpeg", "image/png"}
FILMS = {"video/mp4"}
SOUNDS = {"audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac", "audio/mpeg", "audio/mp3"}
SIGNS = 160  # characters of a text that stands above buttons
ABOVE = 4  # buttons that stand below their text; more, or with a longer text, are quick replies
DATA = 300  # characters of a postback
NAME = 20  # of whoever answers


def fitted(parts: Sequence[Outbound], preview: str) -> list[Outbound]:
    """Parts as LINE shows them: films without a picture become links, and no text is over 5,000 UTF-16 units."""
    made: list[Outbound] = []
    for part in parts:
        kept = tuple(media for media in part.media if _shows(media, preview))
        links = "".join(f"\n{media.name}: {media.link}" for media in part.media if media not in kept)
        words = split_units((part.text + links).strip())
        rows = [kept[n : n + AT_ONCE - 1] for n in range(0, len(kept), AT_ONCE - 1)]
        for n in range(max(len(words), len(rows), 1)):
            key = part.key if n == 0 else f"{part.key}-{n}"
            text, media = words[n] if n < len(words) else "", rows[n] if n < len(rows) else ()
            made.append(replace(part, key=key, text=text, media=media, buttons=()))
        made[-1] = replace(made[-1], buttons=part.buttons)
    return made


def split_units(words: str) -> list[str]:
    """Parts of at most 5,000 UTF-16 units: an emoji counts two."""
    if not words or len(words.encode("utf-16-le")) // 2 <= TEXT:
        return [words] if words else []
    return split(words, Limits(text=TEXT // 2))


def _shows(media: Media, preview: str) -> bool:
    """Whether LINE shows this file; it fetches it from its link."""
    if not media.link:
        return False
    if media.kind == "image":
        return media.mime in PICTURES and media.size <= (IMAGE if preview else PREVIEW)
    if media.kind == "video":
        return media.mime in FILMS and media.size <= FILM and bool(preview)
    return media.kind == "audio" and media.mime in SOUNDS and media.size <= FILM


def messages(
    out: Outbound, preview: str, quote: str, durations: Sequence[int], author: str = ""
) -> list[dict[str, Any]]:
    """The message objects of one fitted part. ``durations`` of its sounds in milliseconds, in their order."""
    made: list[dict[str, Any]] = []
    if out.text:
        made.append(_words(out.text, out.buttons, quote))
    lengths = iter(durations)
    made += [_file(media, preview, lengths) for media in out.media]
    if out.buttons and made and made[0].get("type") != "template":
        made[-1]["quickReply"] = {"items": [{"type": "action", "action": _action(one)} for one in out.buttons]}
    name = " ".join(author.split())[:NAME].strip()
    who = {"sender": {"name": name}} if name and "line" not in name.lower() else {}  # LINE lets nobody be called so
    return [one | who for one in made]


def _words(text: str, buttons: Sequence[Button], quote: str) -> dict[str, Any]:
    if buttons and len(buttons) <= ABOVE and len(text) <= SIGNS:
        template = {"type": "buttons", "text": text, "actions": [_action(one) for one in buttons]}
        return {"type": "template", "altText": text, "template": template}
    return {"type": "text", "text": text} | ({"quoteToken": quote} if quote else {})


def _file(media: Media, preview: str, lengths: Any) -> dict[str, Any]:
    if media.kind == "audio":
        return {"type": "audio", "originalContentUrl": media.link, "duration": next(lengths, 1000)}
    small = media.link if media.kind == "image" and media.size <= PREVIEW else preview
    return {"type": media.kind, "originalContentUrl": media.link, "previewImageUrl": small}


def _action(button: Button) -> dict[str, Any]:
    if button.url:
        return {"type": "uri", "label": button.label, "uri": button.url}
    for data in (press(button.label, button.value), button.value):
        if button.value and len(data) <= DATA:
            return {"type": "postback", "label": button.label, "data": data, "displayText": button.label}
    return {"type": "message", "label": button.label, "text": button.label}
