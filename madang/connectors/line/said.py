"""What a message of LINE's says: its words, its files, and what else there is to show. Pure.

Shapes: developers.line.biz/en/reference/messaging-api/#message-event
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from madang.channels.connector import Malformed, Media

Raw = Mapping[str, Any]

# LINE names no file but those of type ``file``; the types are those its apps make.
FILES: Mapping[str, tuple[Literal["image", "audio", "video"], str, str]] = {
    "image": ("image", "image/jpeg", "jpg"),
    "video": ("video", "video/mp4", "mp4"),
    "audio": ("audio", "audio/x-m4a", "m4a"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One message, taken apart."""

    text: str = ""
    media: tuple[Media, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


def said(message: Raw) -> Said:
    """Every type; one nobody knows is kept as ``unsupported``. Raises :class:`Malformed`."""
    kind = word(message, "type")
    if kind in FILES:
        return _pictures(message, kind)
    known = _KINDS.get(kind)
    return known(message) if known else Said(data={"unsupported": kind or "message"})


def _text(message: Raw) -> Said:
    return Said(word(message, "text"))


def _sticker(message: Raw) -> Said:
    """A sticker has no words of its own; a message sticker has those she wrote upon it."""
    number = word(message, "stickerId")
    about: dict[str, Any] = {"id": f"{word(message, 'packageId')}/{number}"}
    keywords = message.get("keywords")
    if isinstance(keywords, list):
        about["keywords"] = [one for one in keywords if isinstance(one, str)]
    if number.isdecimal():  # where LINE's own shop shows it; not in its documentation
        about["url"] = f"https://stickershop.line-scdn.net/stickershop/v1/sticker/{number}/android/sticker.png"
    return Said(word(message, "text"), data={"sticker": about})


def _pictures(message: Raw, kind: str) -> Said:
    made, mime, ending = FILES[kind]
    number = word(message, "id")
    ref = number
    provider = message.get("contentProvider")
    if isinstance(provider, dict) and provider.get("type") == "external":  # sent by a page, and held elsewhere
        ref = word(provider, "originalContentUrl")
    album = message.get("imageSet")
    data: dict[str, Any] = {"album": word(album, "id")} if isinstance(album, dict) else {}
    return Said(media=(Media(made, f"line-{number}.{ending}", mime, ref=ref),), data=data)


def _file(message: Raw) -> Said:
    name, size = word(message, "fileName"), message.get("fileSize")
    number = size if isinstance(size, int) and size >= 0 else 0
    return Said(media=(Media("file", name, "application/octet-stream", ref=word(message, "id"), size=number),))


def _location(message: Raw) -> Said:
    lat, lng = message.get("latitude"), message.get("longitude")
    if not isinstance(lat, int | float) or not isinstance(lng, int | float):
        raise Malformed("a location without a latitude and a longitude")
    place = {"lat": lat, "lng": lng, "title": word(message, "title"), "address": word(message, "address")}
    return Said(data={"location": {name: value for name, value in place.items() if value != ""}})


_KINDS: Mapping[str, Callable[[Raw], Said]] = {
    "text": _text,
    "sticker": _sticker,
    "file": _file,
    "location": _location,
}


def word(raw: Raw, name: str) -> str:
    """A text of the payload; '' when it is not there. Raises :class:`Malformed` when it is something else."""
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"`{name}` is no text")
    return value
