"""Files and chats as Telegram writes them. Pure."""

from __future__ import annotations

from typing import Any

from madang.channels.playing import Shown

# A part of what Telegram lets everybody react with.
REACTIONS = frozenset(
    ["👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "😢", "🎉", "🤩", "🙏", "👌", "🤝", "💯"]
)


def emoji_allowed(emoji: str) -> bool:
    """Not every emoji is a reaction."""
    return emoji in REACTIONS


def attachment(kind: str, file: Shown, file_id: str) -> dict[str, Any]:
    """The part of a Message that holds a file."""
    about: dict[str, Any] = {"file_id": file_id, "file_unique_id": file_id[:12], "file_size": len(file.content)}
    sized = about | {"width": 640, "height": 480}
    if kind == "photo":
        small = about | {"file_id": f"{file_id}s", "width": 90, "height": 67, "file_size": 900}
        return {"photo": [small, sized]}
    if kind in ("video", "animation"):
        return {kind: sized | {"duration": 3, "mime_type": file.mime, "file_name": file.name}}
    if kind == "video_note":
        return {kind: about | {"length": 240, "duration": 3}}
    if kind == "voice":
        return {kind: about | {"duration": 3, "mime_type": file.mime}}
    if kind == "audio":
        return {kind: about | {"duration": 3, "mime_type": file.mime, "file_name": file.name}}
    if kind == "sticker":
        shown = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍", "set_name": "Cony"}
        return {kind: sized | shown}
    return {"document": about | {"mime_type": file.mime, "file_name": file.name}}


def kind_of(file: Shown) -> str:
    """What her Telegram makes of a file she sends."""
    known = {"image/jpeg": "photo", "image/png": "photo", "video/mp4": "video", "audio/ogg": "voice"}
    known |= {"audio/mpeg": "audio", "image/webp": "sticker"}
    return known.get(file.mime, "document")
