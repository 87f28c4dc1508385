"""Korean morphemes as tokens: which of them carry meaning, and the 초성 and keys by which a word may be typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# What the analyser says of one text: (form, tag, start, length) a morpheme.
Morpheme = tuple[str, str, int, int]
Analyse = Callable[[Sequence[str]], list[list[Morpheme]]]

UNKNOWN = "?"
NOUNS = ("NNG", "NNP", "XR", "NR")
_STEMS = ("VV", "VA")
# Stems that are in every message and say nothing by themselves.
_EMPTY = frozenset(("하", "되", "있", "이", "아니", "같", "주", "드리", "계시", "대하", "어떻"))
_EMPTY |= frozenset(("그러", "이러", "저러", "그렇", "이렇", "저렇"))
_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = "\0ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_TWO = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}
_TWO |= {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ"}
_TWO |= {"ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ", "\0": ""}
_STROKES = str.maketrans(_TWO)
_WORD = re.compile(r"[가-힣]+")
_BEGINNINGS = 5
SHORT = 6  # syllables: nobody types the 초성 of a longer word


def initials(word: str) -> str:
    """환불 → ㅎㅂ; '' when the word is not all of Hangul syllables."""
    if not word or not all("가" <= letter <= "힣" for letter in word):
        return ""
    return "".join(_FIRST[(ord(letter) - 0xAC00) // 588] for letter in word)


def keys(text: str) -> str:
    """A text as it is typed, key by key: 환불 → ㅎㅗㅏㄴㅂㅜㄹ. So what is half typed is its beginning at every key."""
    return "".join(map(_keys, text)).translate(_STROKES)


def _keys(letter: str) -> str:
    place = ord(letter) - 0xAC00
    if not 0 <= place < 11_172:
        return letter
    return _FIRST[place // 588] + _MIDDLE[place // 28 % 21] + _LAST[place % 28]


def meaning(morpheme: Morpheme) -> str:
    """The token of a morpheme: nouns as they are, stems with 다, words longer than a syllable; '' for the rest."""
    form, tag, _, _ = morpheme
    if tag == UNKNOWN:
        return form
    if tag.startswith(_STEMS):
        return "" if form in _EMPTY else f"{form}다"
    if tag in NOUNS:
        return form
    return form if tag in ("MAG", "NP", "MM", "IC", "NNB") and len(form) > 1 else ""


def plainly(texts: Sequence[str]) -> list[list[Morpheme]]:
    """An analysis without an analyser: each word as it stands, with the tag :data:`UNKNOWN`."""
    return [[(word[0], UNKNOWN, word.start(), len(word[0])) for word in _WORD.finditer(text)] for text in texts]


def beginnings(word: str) -> list[str]:
    """A word of unknown parts, and its beginnings from two syllables on, the longest first: one of them is the noun."""
    return [word[:end] for end in range(len(word), 1, -1)][:_BEGINNINGS] or [word]
