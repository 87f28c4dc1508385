"""Text people typed into a one-line field, made fit to keep."""

from __future__ import annotations

import unicodedata

_STEERING = {"\u200e", "\u200f", "\u061c", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def one_line(text: str) -> str:
    """NFC, runs of space as one, nothing that hides or steers other characters. Joiners stay: scripts need them."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c.isspace() or _shown(c))
    return " ".join(kept.split())


def _shown(c: str) -> bool:
    return c in "\u200c\u200d" or (unicodedata.category(c)[0] != "C" and c not in _STEERING)
