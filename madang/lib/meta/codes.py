"""A short code that comes with her from another channel: in a link's ref, or in square brackets in her words."""

from __future__ import annotations

import re
from urllib.parse import quote

_IN_WORDS = re.compile(r"\s*\[MDG-([A-Z0-9]{10})\]\s*")
_REF = re.compile(r"(?:MDG-)?([A-Z0-9]{10})")


def mark(code: str) -> str:
    """How the code stands in words."""
    return f"[MDG-{code}]"


def quoted(code: str) -> str:
    """The code for her words, in an address."""
    return quote(mark(code), safe="")


def taken(text: str) -> tuple[str, str]:
    """(code, the words without it); the code is '' when there is none."""
    found = _IN_WORDS.search(text)
    if found is None:
        return "", text
    rest = f"{text[: found.start()]} {text[found.end() :]}" if found.start() else text[found.end() :]
    return found[1], rest.strip()


def ref(value: str) -> str:
    """The code in a link's ref; '' when it is somebody else's."""
    found = _REF.fullmatch(value)
    return found[1] if found else ""
