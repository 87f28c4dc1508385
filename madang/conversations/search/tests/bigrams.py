"""The search this one has replaced: words as they are, Hangul in pairs of syllables. Kept to be compared with."""

from __future__ import annotations

import re
import unicodedata

_EAST = "가-힣\u3040-\u30ff\u4e00-\u9fff"
_WORD = re.compile(rf"(?:[^\W{_EAST}]|[@.+-])+|[가-힣]+|[\u3040-\u30ff\u4e00-\u9fff]+")


def _parts(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    return [part for word in _WORD.findall(plain) for part in _pairs(word.strip("._-+")) if part]


def _pairs(word: str) -> list[str]:
    if word and ord(word[0]) > 0x3000:
        return [word[i : i + 2] for i in range(len(word) - 1)] or [word]
    parts = [part for part in re.split(r"[@._+-]", word) if part]
    return [word, *parts] if len(parts) > 1 else [word]


def finds(said: str, asked: str) -> bool:
    """Whether every part of the question is in the text, the last one as a beginning."""
    parts, wanted = set(_parts(said)), _parts(asked)
    if not wanted:
        return False
    return all(part in parts for part in wanted[:-1]) and any(part.startswith(wanted[-1]) for part in parts)
