"""What a name is for matching: family and given name by sound, whatever the script, the spaces and the order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from madang.customers.matching.families import FREQUENT, SPELLINGS, USUAL
from madang.customers.matching.romanised import latin, meant

_TITLES = re.compile(r"(?<=[가-힣])\s*(?:고객님|회원님|손님|님|씨|귀하)$|^(?:mr|mrs|ms|miss|dr)\b\.?\s*")
_ASIDE = re.compile(r"[(\[/|]|\)|\]")
_NO_LETTER = re.compile(r"[^\w\s,'-]|[\d_]")
_STRAY = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]+")
_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Name:
    """By sound, in lower-case Latin letters where the script allows it; '' what is not known. ``initials``: 초성.

    ``alone``: what the given name would be if there were no family name in it. 정희 may be 정 and 희, or only 정희.
    """

    family: str = ""
    given: str = ""
    initials: str = ""
    alone: str = ""

    @property
    def called(self) -> str:
        """Family name first; '' unless both are known."""
        return f"{self.family} {self.given}" if self.family and self.given else ""


def names(text: str) -> list[Name]:
    """Every name in what somebody is called: "김미나 (Mina Kim)" has two."""
    read = [reading for part in _ASIDE.split(text[:_LONGEST]) for reading in (name(part), _other_way(part))]
    return [one for one in read if one != Name()]


@lru_cache(maxsize=65_536)
def name(text: str) -> Name:
    """One name as it is written: 김미나, 김 미나님, Kim Mi-na, Mina Kim, KIM, MINA, ㄱㅁㄴ."""
    text = _plain(text)
    bare = text.replace(" ", "")
    if re.search(r"[가-힣]", bare):
        return _hangul(bare)
    if bare and _STRAY.fullmatch(bare):
        return Name(initials=bare) if 2 <= len(bare) <= 5 else Name()
    return _latin(text)


@lru_cache(maxsize=65_536)
def parts(given: str, family: str) -> Name:
    """A name whose parts stand in fields of their own."""
    given, family = _plain(given), _plain(family)
    if re.search(r"[가-힣]", given + family):
        both = _STRAY.sub("", (family + given).replace(" ", ""))
        kept = family.replace(" ", "")
        return Name(USUAL.get(kept, latin(kept)), latin(_STRAY.sub("", given.replace(" ", ""))), initials(both))
    tail = family.replace(" ", "").replace("'", "")
    sound = meant(given.replace(" ", "-")) if tail in SPELLINGS else given.replace(" ", "").replace("-", "")
    return Name(SPELLINGS.get(tail, tail.replace("-", "")), sound)


def initials(word: str) -> str:
    """The 초성 of a word of Hangul; '' when it has other letters."""
    if not word or not all("가" <= letter <= "힣" for letter in word):
        return ""
    return "".join(_FIRST[(ord(letter) - 0xAC00) // 588] for letter in word)


def _plain(text: str) -> str:
    """Lower case, one kind of space, no titles, no emoji, no accents."""
    said = " ".join(_NO_LETTER.sub(" ", _folded(text).lower()).split())
    return _TITLES.sub("", said)


def _folded(text: str) -> str:
    """NFKC without accents; but letters of Hangul that stand alone stay what they are, or go when a name is there."""
    if text.isascii() or _STRAY.fullmatch(text.replace(" ", "")):
        return text
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", _STRAY.sub("", text)))
    return unicodedata.normalize("NFC", "".join(one for one in bare if not unicodedata.combining(one)))


def _hangul(word: str) -> Name:
    """김미나 is 김 and 미나; 남궁혁 is 남궁 and 혁; 미나 is only a given name."""
    size = 2 if word[:2] in USUAL and len(word) > 2 else 1
    known = word[:size] in USUAL and (len(word) > 2 or word[:1] in FREQUENT)
    if len(word) < 2 or not known:
        return Name(given=latin(word), initials=initials(word))
    alone = latin(word) if len(word) == 2 else ""
    return Name(USUAL[word[:size]], latin(word[size:]), initials(word), alone)


@lru_cache(maxsize=65_536)
def _other_way(text: str) -> Name:
    """The second reading of a name of which both ends may be the family's: You Kyung Bae, Jin Seo."""
    words = _plain(text).split()
    if len(words) < 2 or "," in text or words[0] not in SPELLINGS or words[-1] not in SPELLINGS:
        return Name()
    return parts(" ".join(words[:-1]), words[-1]) if len(words) > 2 else parts(words[1], words[0])


def _latin(text: str) -> Name:
    """A Korean family name may stand first or last; of others the last word is one; before a comma always."""
    before, comma, after = text.partition(",")
    if comma and before.strip() and after.strip():
        return parts(after.replace(",", " ").strip(), before.strip())
    words = text.replace(",", " ").split()
    if len(words) < 2:
        return Name(given=meant(words[0].replace("'", ""))) if words else Name()
    first, last = words[0] in SPELLINGS, words[-1] in SPELLINGS
    if first and (not last or len(words) > 2):
        return parts(" ".join(words[1:]), words[0])
    if last:
        return parts(" ".join(words[:-1]), words[-1])
    return parts(words[0], words[-1])  # what stands between are middle names, which come and go
