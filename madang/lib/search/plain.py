"""Text into search tokens: words as they are, and Hangul in pairs of syllables so that 조사 do not hide a word."""

from __future__ import annotations

import re
import unicodedata

_EAST = "가-힣\u3040-\u30ff\u4e00-\u9fff"
_WORD = re.compile(rf"(?:[^\W{_EAST}]|[@.+-])+|[가-힣]+|[\u3040-\u30ff\u4e00-\u9fff]+")
MOST = 4_000  # characters of one text that are searched
LONGEST = 100  # characters of a word; PostgreSQL refuses words over 2,046 bytes, and nobody types one of 100


def words(text: str) -> list[str]:
    """The words of a text in one spelling."""
    plain = unicodedata.normalize("NFKC", text[:MOST]).lower()
    return [word[:LONGEST].strip("._-+") for word in _WORD.findall(plain)]


def pairs(word: str) -> list[str]:
    """An East Asian word as overlapping pairs; any other word as itself and its parts."""
    if word and ord(word[0]) > 0x3000:
        return [word[i : i + 2] for i in range(len(word) - 1)] or [word]
    parts = [part for part in re.split(r"[@._+-]", word) if part]
    return [word, *parts] if len(parts) > 1 else [word]


def tokens(text: str) -> str:
    """What is indexed: a space-separated list, each token once, in order."""
    return " ".join(dict.fromkeys(part for word in words(text) for part in pairs(word) if part))


def query(text: str) -> str:
    """A to_tsquery('simple', …) that asks for every token, the last one as a prefix; '' when nothing is asked."""
    asked = [part for word in words(text) for part in pairs(word) if part]
    safe = [f"'{part}'" for part in dict.fromkeys(asked)]
    return " & ".join([*safe[:-1], f"{safe[-1]}:*"]) if safe else ""
