"""Short messages as phones know them: the Korean byte rule, what CP949 can say, opt-out words, numbers. Pure.

Korea: an SMS holds 90 bytes of CP949 and an LMS or MMS 2,000. How other networks count is in ``sms_alphabet``.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache
from typing import Literal

import phonenumbers

SMS_BYTES, LMS_BYTES, SUBJECT_BYTES = 90, 2_000, 40
SHORTEST = 7  # digits of a number that is no short code
UNSAYABLE = "□"  # stands in a preview where a letter cannot go

Wish = Literal["blocked", "allowed"]

_STOP = {"stop", "stopall", "unsubscribe", "optout", "수신거부", "무료수신거부", "무료거부", "문자거부", "광고거부"}
_START = {"start", "unstop", "optin", "수신동의", "수신허용", "수신재개", "수신거부해제", "수신거부취소"}
_FREE_CALL = re.compile(r"\A(080\d{6,8})?(?P<word>.*?)(080\d{6,8})?\Z")  # an advertisement's free opt-out number
_CARRY = re.compile(r"\s*\[MDG-([0-9A-Za-z]{10})\]\s*")

_TYPED = {
    "\N{NO-BREAK SPACE}": " ",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{BULLET}": "\N{MIDDLE DOT}",
    "\N{WON SIGN}": "\N{FULLWIDTH WON SIGN}",
    "\N{COPYRIGHT SIGN}": "(c)",
    "\N{HEAVY CHECK MARK}": "√",
    "\N{WHITE HEAVY CHECK MARK}": "√",
    "\N{WHITE MEDIUM STAR}": "★",
    "\N{GLOWING STAR}": "★",
    "\N{SPARKLES}": "☆",
    "\N{BLACK TELEPHONE}": "☎",
    "\N{TELEPHONE RECEIVER}": "☎",
    "\N{THUMBS UP SIGN}": "(+1)",
    "\N{HEAVY EXCLAMATION MARK SYMBOL}": "!",
}
_SMILES = {**dict.fromkeys("😀😃😄😁😆😊🙂😍🥰😉😋🤗☺", ":)"), **dict.fromkeys("😂🤣", ":D")}
_TEARS = dict.fromkeys("🙁😞😟😢😭🥲☹😥😓", ":(")
_HEARTS = dict.fromkeys("❤🧡💛💚💙💜🤍🖤💕💖💗", "♥")
_SAID = _TYPED | _SMILES | _TEARS | _HEARTS


def cp949_bytes(words: str) -> int:
    """How long a text is on a Korean network."""
    return len(words.encode("cp949", "replace"))


def cut(words: str, most: int) -> str:
    """The beginning of ``words`` that fits into ``most`` bytes of CP949."""
    while cp949_bytes(words) > most:
        words = words[:-1]
    return words


def korean_kind(words: str, *, picture: bool) -> Literal["SMS", "LMS", "MMS"]:
    """As what a Korean network carries it."""
    if picture:
        return "MMS"
    return "SMS" if cp949_bytes(words) <= SMS_BYTES else "LMS"


def sayable(words: str) -> tuple[str, str]:
    """(what CP949 can say of it, the letters that nothing can stand for).

    Emoji become what people typed before them, or their name in brackets; accents go. A letter of another script has
    no substitute: :data:`UNSAYABLE` stands there, and whoever sends must not let that out.
    """
    made, lost = [], []
    for letter in unicodedata.normalize("NFC", words):
        said = _said(letter)
        made.append(UNSAYABLE if said is None else said)
        if said is None:
            lost.append(letter)
    return "".join(made), "".join(dict.fromkeys(lost))


@lru_cache(4096)
def _said(letter: str) -> str | None:
    if _fits(letter):
        return letter
    if letter in _SAID:
        return _SAID[letter]
    if 0x1F1E6 <= ord(letter) <= 0x1F1FF:  # the letters of which flags are made
        return chr(ord(letter) - 0x1F1E6 + ord("A"))
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Mn", "Me", "Sk", "Cc", "Co", "Cn"):  # joiners, presentation, skin tones: nothing is lost
        return ""
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    if plain != letter and _fits(plain):
        return plain
    if kind[0] == "Z":
        return " "
    name = unicodedata.name(letter, "").lower()
    return f"({name})" if kind[0] in "SP" and name else None


def _fits(words: str) -> bool:
    try:
        words.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def wish(words: str) -> Wish | None:
    """Whether a whole message is an opt-out or opt-in word. One that merely holds such a word means something else."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKC", words).lower() if letter.isalnum())
    found = _FREE_CALL.match(bare)
    word = found["word"] if found else bare
    if word in _STOP:
        return "blocked"
    return "allowed" if word in _START else None


def carried(words: str) -> tuple[str, str]:
    """(the words without a carry-on code, the code or '')."""
    found = _CARRY.search(words)
    if found is None:
        return words, ""
    return f"{words[: found.start()]} {words[found.end() :]}".strip(), found[1]


@lru_cache(4096)
def e164(text: str, region: str) -> str:
    """A number with its country, '' when it is none (a short code, a name). ``region`` reads one without it.

    Whoever writes without a country must have a whole number: a short code read as one would be another person's.
    """
    if not text.startswith("+") and sum(letter.isdecimal() for letter in text) < SHORTEST:
        return ""
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_region(code: str) -> bool:
    """Whether numbers can be read as of this country (ISO 3166, two letters)."""
    return code in phonenumbers.SUPPORTED_REGIONS


def national(number: str) -> tuple[str, str]:
    """(country code, number as dialled inside the country, digits only) of an E.164 number. Raises ValueError."""
    try:
        read = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"{number!r} is no number with its country") from error
    form = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.NATIONAL)
    return str(read.country_code), "".join(letter for letter in form if letter.isdecimal())


def played(name: str) -> str:
    """The number of a simulated person: the same in whichever simulator she is met."""
    if name == "미나":
        return "+821012345678"
    return f"+82100{zlib.crc32(name.encode()) % 10_000_000:07}"
