"""What a message of Telegram's says: its words, its files, and what else there is to show. Pure.

Shapes: core.telegram.org/bots/api#message
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from madang.channels.connector import Malformed, Media
from madang.lib.uploads import media_kind

Raw = Mapping[str, Any]

MOST = 20 << 20  # bytes of a file that Telegram hands to a bot
# Names in the message, with the type and the ending of what bears no name of its own.
FILES: Mapping[str, tuple[str, str]] = {
    "animation": ("video/mp4", "mp4"),
    "voice": ("audio/ogg", "ogg"),
    "audio": ("audio/mpeg", "mp3"),
    "video": ("video/mp4", "mp4"),
    "video_note": ("video/mp4", "mp4"),
    "document": ("application/octet-stream", "bin"),
}
# What stands beside the content of a message, or makes nothing of it.
BESIDE = frozenset(
    {
        "message_id",
        "message_thread_id",
        "from",
        "sender_chat",
        "sender_boost_count",
        "sender_business_bot",
        "sender_tag",
        "date",
        "business_connection_id",
        "chat",
        "forward_origin",
        "forward_date",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_sender_name",
        "forward_signature",
        "is_topic_message",
        "is_automatic_forward",
        "reply_to_message",
        "external_reply",
        "quote",
        "reply_to_story",
        "via_bot",
        "edit_date",
        "has_protected_content",
        "is_from_offline",
        "media_group_id",
        "author_signature",
        "entities",
        "caption",
        "caption_entities",
        "link_preview_options",
        "effect_id",
        "show_caption_above_media",
        "has_media_spoiler",
        "reply_markup",
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message, taken apart. ``phone`` as she gave it by the contact button, and it is her own."""

    text: str = ""
    media: tuple[Media, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    phone: str = ""


def said(message: Raw) -> Said:
    """Every kind; one nobody knows is kept as ``unsupported``. Raises :class:`Malformed`."""
    for name in FILES:
        if name in message:
            return _file(message, name)
    if "photo" in message:
        return _photo(message)
    for name, reads in (("sticker", _sticker), ("contact", _contact), ("venue", _place), ("location", _place)):
        if name in message:
            return reads(message)
    if "dice" in message:
        thrown = part(message, "dice")
        return Said(f"{word(thrown, 'emoji')} {thrown.get('value', '')}".strip())
    if "text" in message:
        return Said(words(message))
    strange = next((name for name in message if name not in BESIDE), "")
    return Said(words(message), data={"unsupported": strange or "message"})


def words(message: Raw) -> str:
    """The text or the caption; an address hidden behind words stands below them."""
    text = word(message, "text") or word(message, "caption")
    entities = message.get("entities") or message.get("caption_entities") or ()
    if not isinstance(entities, list | tuple):
        raise Malformed("`entities` is no list")
    links = [word(one, "url") for one in entities if isinstance(one, dict) and one.get("type") == "text_link"]
    return "\n".join([text, *(link for link in dict.fromkeys(links) if link and link not in text)])


def _file(message: Raw, name: str) -> Said:
    raw, (mime, ending) = part(message, name), FILES[name]
    mime = word(raw, "mime_type") or mime
    called = word(raw, "file_name") or f"{name}-{word(raw, 'file_unique_id')}.{ending}"
    return _held(message, raw, called, mime)


def _held(message: Raw, raw: Raw, name: str, mime: str, **data: Any) -> Said:
    """A file at Telegram; one that is too large for a bot is told of, since nobody can fetch it."""
    size = raw.get("file_size")
    number = size if isinstance(size, int) and size > 0 else 0
    if number > MOST:
        too_large = f"{name}, {number / (1 << 20):.0f} MB: Telegram hands bots files of up to 20 MB"
        return Said(words(message), data={"unsupported": too_large, **data})
    kind = cast(Any, media_kind(mime))
    return Said(words(message), (Media(kind, name, mime, ref=word(raw, "file_id"), size=number),), data)


def _photo(message: Raw) -> Said:
    """Telegram gives several sizes of one picture: the largest."""
    sizes = message["photo"]
    if not isinstance(sizes, list) or not sizes or not all(isinstance(one, dict) for one in sizes):
        raise Malformed("`photo` holds no sizes")
    largest = max(sizes, key=lambda one: one.get("width", 0) if isinstance(one.get("width"), int) else 0)
    return _held(message, largest, f"photo-{word(largest, 'file_unique_id')}.jpg", "image/jpeg")


def _sticker(message: Raw) -> Said:
    raw = part(message, "sticker")
    about = {"id": word(raw, "file_unique_id"), "keywords": [word(raw, "emoji")] if word(raw, "emoji") else []}
    if raw.get("is_animated"):  # Lottie, which no browser draws by itself
        return Said(data={"sticker": about})
    mime, ending = ("video/webm", "webm") if raw.get("is_video") else ("image/webp", "webp")
    return _held(message, raw, f"sticker-{about['id']}.{ending}", mime, sticker=about)


def _contact(message: Raw) -> Said:
    """A card. Telegram finds the user to a number by itself: a card of hers with her own id is her own number."""
    raw = part(message, "contact")
    digits = "".join(letter for letter in word(raw, "phone_number") if letter.isascii() and letter.isdigit())
    number = f"+{digits}" if digits else ""
    name = " ".join(one for one in (word(raw, "first_name"), word(raw, "last_name")) if one)
    card = {"contact": {"name": name, "phones": [number] if number else [], "emails": []}}
    sender = message.get("from")
    own = isinstance(sender, dict) and sender.get("id") is not None and raw.get("user_id") == sender.get("id")
    return Said(data=card, phone=number if own else "")


def _place(message: Raw) -> Said:
    venue = part(message, "venue") if "venue" in message else {}
    spot = part(venue or message, "location")
    lat, lng = spot.get("latitude"), spot.get("longitude")
    if not isinstance(lat, int | float) or not isinstance(lng, int | float):
        raise Malformed("a location without a latitude and a longitude")
    place = {"lat": lat, "lng": lng, "title": word(venue, "title"), "address": word(venue, "address")}
    return Said(data={"location": {name: value for name, value in place.items() if value != ""}})


def word(raw: Raw, name: str) -> str:
    """A text of the payload; '' when it is not there. Raises :class:`Malformed` when it is something else."""
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"`{name}` is no text")
    return value


def part(raw: Raw, name: str) -> Raw:
    """An object of the payload; raises :class:`Malformed` when there is none."""
    value = raw.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"`{name}` is no object")
    return value


def number(raw: Raw, name: str) -> int:
    """A whole number of the payload; raises :class:`Malformed` when there is none."""
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**53:
        raise Malformed(f"`{name}` is no number")
    return value
