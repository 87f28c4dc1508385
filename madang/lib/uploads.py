"""What strangers hand us: clean names, and types told from the bytes."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

import puremagic

_BIDI = {"\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_ACTIVE = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript"}
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # what a screen may draw itself


def clean_name(name: str, *, fallback: str = "file") -> str:
    """A name without folders, control, zero-width or direction characters; at most 120 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C" and c not in _BIDI
    )
    kept = kept.strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > 120 and dot and len(ending) <= 10:
        kept = f"{stem[: 119 - len(ending)]}.{ending}"
    return kept[:120] or fallback


def sniff(head: bytes, name: str, claimed: str) -> str:
    """The MIME type: by the first bytes where they tell, else the claimed one made harmless."""
    try:
        found = puremagic.from_string(head, mime=True, filename=name) or ""
    except (puremagic.PureError, ValueError):
        found = ""
    mime = (found or claimed or "application/octet-stream").split(";")[0].strip().lower()
    looks_active = head.lstrip()[:256].lower().startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script"))
    if mime in _ACTIVE or looks_active:
        return "text/plain" if mime.startswith("text/") else "application/octet-stream"
    return mime


def media_kind(mime: str) -> str:
    """image, audio, video or file."""
    kind = mime.split("/")[0]
    return kind if kind in {"audio", "video"} or mime in SHOWN else "file"
