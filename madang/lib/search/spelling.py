"""One spelling for all: NFKC, lower case, Latin without accents; and the way back to the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST = 20_000  # characters of one text that are searched; what comes after is found by nobody, and costs nobody

_UNSEEN = re.compile(r"[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# A plain text is the same in every spelling but for its capitals: nearly every message takes this short way.
_PLAIN = re.compile(r"[\n\t -~가-힣ㄱ-ㅎㅏ-ㅣ、。·…“”‘’]*")
_ODD = str.maketrans({"…": " ", "·": " ", "“": '"', "”": '"', "‘": "'", "’": "'"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the one spelling. ``places[i]`` is where its character ``i`` began in the text as it was written.

    ``places`` None: both have the same places.
    """

    text: str
    places: list[int] | None
    length: int

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of this spelling stands in the text as it was written."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end] if end < len(self.places) else self.length


def folded(text: str) -> Folded:
    """The first :data:`MOST` characters of a text in the one spelling."""
    text = text[:MOST]
    if _PLAIN.fullmatch(text):
        return Folded(text.translate(_ODD).lower(), None, len(text))
    made: list[str] = []
    places: list[int] = []
    for start, cluster in _clusters(text):
        plain = _spelled(cluster)
        made.append(plain)
        places.extend([start] * len(plain))
    return Folded("".join(made), places, len(text))


def _clusters(text: str) -> list[tuple[int, str]]:
    """What belongs together: a letter with its marks, a Hangul syllable written in its letters."""
    found: list[tuple[int, str]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _joins(text[place]) or place - start > 16:
            found.append((start, text[start:place]))
            start = place
    return found if text else []


def _joins(letter: str) -> bool:
    return letter >= "\u0300" and (bool(unicodedata.combining(letter)) or "\u1160" <= letter <= "\u11ff")


def _spelled(cluster: str) -> str:
    if "ㄱ" <= cluster <= "ㆎ":  # a letter on its own stays one: NFKC would make half a syllable of it
        return cluster
    if _CONTROL.search(cluster):
        return " "
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", cluster).translate(_ODD).lower())
    if plain.isascii() or not plain:
        return plain
    bare = unicodedata.normalize("NFD", plain)
    return bare[0] if bare[0].isascii() and bare[0].isalpha() else plain
