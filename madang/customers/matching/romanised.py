"""Korean in Latin letters, in one spelling: Hangul by the Revised Romanisation, what people write by what they mean."""

from __future__ import annotations

import re
from functools import lru_cache

_FIRST = tuple("g g n d d r m b b s s - j j ch g t p h".replace("-", "").split(" "))
_VOWEL = tuple("a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i".replace("-", "").split(","))
_LAST = tuple("- g g gs n nj nh d l lg lm lb ls lt lp lh m b bs s s ng j ch k t p h".replace("-", "").split(" "))

_BEGIN = {
    "kk": "g", "k": "g", "gh": "g", "tt": "d", "pp": "b", "ss": "s", "sh": "s", "jj": "j", "l": "r", "wh": "hw",
    "z": "j",
}  # fmt: skip
_MIDDLE = {
    "ah": "a", "ee": "i", "yi": "i", "ie": "i", "oo": "u", "ou": "u", "woo": "u", "wu": "u", "uh": "eo", "oh": "o",
    "eui": "ui", "yoo": "yu", "you": "yu", "yeou": "yeo", "weo": "wo", "yuh": "yeo", "ea": "ae", "ay": "ae",
    "ai": "ae", "eh": "e", "oi": "oe", "eou": "eo", "yah": "ya", "yeh": "ye", "wha": "wa", "wee": "wi",
}  # fmt: skip
_END = {"k": "g", "p": "b", "r": "l", "h": "", "t": "d"}
# The "u" of these is mostly 어, as in the English "young".
_MEANT = {
    "jung": "jeong", "joung": "jeong", "sung": "seong", "yung": "yeong", "young": "yeong", "gyung": "gyeong",
    "gyoung": "gyeong", "hyun": "hyeon", "hyoun": "hyeon", "hyung": "hyeong", "byung": "byeong", "byoung": "byeong",
    "myung": "myeong", "myoung": "myeong", "suk": "seog", "hyuk": "hyeog", "hyug": "hyeog", "duk": "deog",
    "sun": "seon", "bum": "beom", "chul": "cheol", "gun": "geon", "chun": "cheon", "ryung": "ryeong",
    "nyung": "nyeong", "pyung": "pyeong", "sul": "seol", "hui": "hi", "um": "eom",
}  # fmt: skip

_SYLLABLE = re.compile(
    r"(kk|tt|pp|ss|jj|ch|sh|gh|[kgndtrlmbpsjhz])?"
    r"(yeou|eui|yae|wae|yeo|weo|woo|yoo|you|yuh|yah|yeh|eou|wee|wha|eo|eu|ae|ya|ye|yo|yu|yi|wa|wo|we|wi|wu|ui|oe|oi|oo|ou"
    r"|ee|ea|ai|ay|ie|ah|uh|oh|eh|[aeiou])"
    r"(ng|[nmlkgpbtr]|h(?![aeiouyw]))?"
)
_LONGEST = 3  # syllables of a given name


def latin(text: str) -> str:
    """Every Hangul syllable in Latin letters, sound by sound (names are not assimilated); other letters stay."""
    return "".join(_syllable(letter) if "가" <= letter <= "힣" else letter for letter in text)


@lru_cache(maxsize=12_000)
def _syllable(letter: str) -> str:
    code = ord(letter) - 0xAC00
    begin, middle, end = _FIRST[code // 588], _VOWEL[code % 588 // 28], _LAST[code % 28]
    if (begin, middle, end) == ("h", "ui", ""):
        return "hi"  # 희: written Hee, Hui and Hi
    return begin + middle + _END.get(end, end)


@lru_cache(maxsize=65_536)
def meant(word: str) -> str:
    """A Korean given name in Latin letters as :func:`latin` would write its Hangul: soohyun → suhyeon.

    A word that does not consist of Korean syllables stays as it is. A hyphen is where a syllable ends.
    """
    parts = [found for piece in word.split("-") if (found := _split(piece, _LONGEST))]
    return "".join(parts) if len(parts) == len([piece for piece in word.split("-") if piece]) else word.replace("-", "")


def _split(word: str, most: int) -> str:
    """The syllables of a word, the longest first; '' when it has none or too many."""
    found = _SYLLABLE.match(word) if most else None
    if not found:
        return ""
    ends = {found.end(), found.end(2)} | ({found.end() - 1} if found.group(3) == "ng" else set())
    for end in sorted(ends, reverse=True):
        rest = word[end:]
        if not rest:
            return _one(word[:end])
        if after := _split(rest, most - 1):
            return _one(word[:end]) + after
    return ""


def _one(syllable: str) -> str:
    found = _SYLLABLE.fullmatch(syllable)
    if not found:
        return syllable
    begin, middle, end = (part or "" for part in found.groups())
    begin = _BEGIN.get(begin, begin)
    if said := _MEANT.get(begin + middle + end):
        return said
    middle = _MIDDLE.get(middle, middle)
    made = begin + middle + _END.get(end, end)
    return "hi" if made == "hui" else made
