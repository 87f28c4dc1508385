"""Korean particles after a word that is known only when the text is read: 은/는, 이/가, 을/를 and their like. Pure.

A particle is chosen by the sound on which the word ends: with a final consonant (받침) or without one; 로 follows ㄹ as
it follows a vowel.
"""

from __future__ import annotations

import re

# (after a final consonant, after a vowel)
PAIRS = (
    ("이에요", "예요"),
    ("으로", "로"),
    ("이라", "라"),
    ("이랑", "랑"),
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
)
RIEUL = 8  # the place of ㄹ among the 28 final consonants of a syllable
_DIGITS = {"0": 1, "1": RIEUL, "2": 0, "3": 1, "4": 0, "5": 0, "6": 1, "7": RIEUL, "8": RIEUL, "9": 0}
_LETTERS = {"L": RIEUL, "M": 1, "N": 1, "R": RIEUL}  # spelled one by one: 엘, 엠, 엔, 알
_CLOSING = re.compile(r"[\s\"'’”)\]}>.,!?…·]+$")
_SHORT = re.compile(r"(?:[bcdfghjklmnpqrstvwxyz]|^)[aeiou](?:ck|[kpt])$")  # Jack, Pat: the end is heard, unlike in Mark


def _written(pair: tuple[str, str]) -> list[str]:
    """How a pair is written where the word is not known: 은/는, 는/은, 은(는), (이)라."""
    with_, without = pair
    forms = [f"{with_}/{without}", f"{without}/{with_}", f"{with_}({without})", f"{without}({with_})"]
    if with_.endswith(without):
        forms.append(f"({with_.removesuffix(without)}){without}")
    return forms


_PAIR_OF = {form: pair for pair in PAIRS for form in _written(pair)}
PARTICLE = re.compile("|".join(re.escape(form) for form in sorted(_PAIR_OF, key=len, reverse=True)))


def ending(word: str) -> int | None:
    """0 when ``word`` ends on a vowel, :data:`RIEUL` on ㄹ, another number on another consonant; None: nobody knows."""
    heard = _CLOSING.sub("", word)
    if not heard:
        return None
    last = heard[-1]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if last in _DIGITS:
        return _DIGITS[last]
    return _latin(heard) if last.isascii() and last.isalpha() else None


def _latin(word: str) -> int:
    """As it is read in Korean: Ben is 벤, Mia 미아, Mark 마크, TV 티브이."""
    name = re.split(r"[^A-Za-z]", word)[-1]
    if name.isupper():
        return _LETTERS.get(name[-1], 0)
    name = name.lower()
    if name.endswith("l") or name.endswith("le"):
        return RIEUL
    return 1 if name.endswith(("m", "n", "ng")) or _SHORT.search(name) else 0


def particle(word: str, form: str) -> str:
    """The particle that follows ``word`` of a pair such as 은/는; both, as 은(는), where nobody knows how it ends."""
    with_, without = _PAIR_OF[form]
    sound = ending(word)
    if sound is None:
        return f"({with_.removesuffix(without)}){without}" if with_.endswith(without) else f"{with_}({without})"
    if with_ == "으로" and sound == RIEUL:
        return without
    return with_ if sound else without
