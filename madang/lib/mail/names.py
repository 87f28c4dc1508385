"""File names of attachments: decoded from what mailers really write, and made safe to show and to save."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

MAX_LENGTH = 2000  # characters that are looked at, from the end: the suffix counts
MAX_BYTES = 180  # with the suffix; every file system takes 255
SUFFIX = re.compile(r"\.[^.\s]{1,12}\Z")
EXTENSION = {"image/jpeg": ".jpg", "text/plain": ".txt", "message/rfc822": ".eml", "text/calendar": ".ics"}
STEM = {"image": "image", "text/calendar": "invite", "message/rfc822": "message"}
STEM |= {"message/delivery-status": "delivery-status", "text/rfc822-headers": "headers"}


def clean_name(name: str) -> str:
    """A bare file name, '' when nothing is left.

    Composed (macOS sends Hangul in letters), the last path segment only, without control, zero-width and
    direction characters, without leading dots, and short enough for any file system.
    """
    composed = unicodedata.normalize("NFC", name[-MAX_LENGTH:])
    visible = "".join(
        char for char in composed if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    segment = re.split(r"[/\\]", visible.rstrip("/\\ "))[-1]
    return shorten(" ".join(segment.split()).lstrip(". ").rstrip(". "))


def shorten(name: str) -> str:
    """At most MAX_BYTES of UTF-8, the suffix kept."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    match = SUFFIX.search(name)
    suffix = match[0] if match else ""
    room = MAX_BYTES - len(suffix.encode())
    stem = name[: len(name) - len(suffix)].encode()[:room].decode("utf-8", "ignore")
    return stem.rstrip() + suffix


def made_up_name(mime: str, number: int) -> str:
    """A name for a part that has none, such as ``image-2.png``."""
    main = mime.partition("/")[0]
    stem = STEM.get(mime) or STEM.get(main) or "attachment"
    suffix = EXTENSION.get(mime) or mimetypes.guess_extension(mime) or ""
    if not suffix and main in ("text", "message"):
        suffix = ".txt"
    return f"{stem}-{number}{suffix or '.bin'}"
