"""First and last names as one, and one as the two, in the order of their language: 김미나, Mia Berg. Pure."""

from __future__ import annotations

import re

# Korean family names of two syllables (통계청, 2015); all others have one.
TWO_SYLLABLES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "망절", "어금")
_HANGUL = re.compile(r"[가-힣]+")


def join(first: str, last: str) -> str:
    """Both as people write them together."""
    first, last = " ".join(first.split()), " ".join(last.split())
    if _HANGUL.fullmatch(first) and _HANGUL.fullmatch(last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def split(name: str) -> tuple[str, str]:
    """(first, last). A single word is a first name, unless it is a whole Korean name (three syllables or more)."""
    words = name.split()
    if len(words) == 2 and all(_HANGUL.fullmatch(one) for one in words):
        return words[1], words[0]
    if len(words) != 1:
        return " ".join(words[:-1]), words[-1] if words else ""
    whole = words[0]
    if not _HANGUL.fullmatch(whole) or not 3 <= len(whole) <= 4:
        return whole, ""
    cut = 2 if whole.startswith(TWO_SYLLABLES) else 1
    return whole[cut:], whole[:cut]
