"""A folded text cut into what is matched exactly, by its English stem, or by its Korean morphemes.

Exact are: e-mail addresses, web addresses, phone numbers in any spelling, order numbers with and without hyphens,
numbers, emoji. Each piece says the forms under which it is found and the one by which it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from madang.lib.search.english import STOP, stem

LONGEST = 64  # characters of a token: PostgreSQL refuses words over 2,046 bytes, and nobody types one of 64
_HAN = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_KOREAN = "가-힣ㄱ-ㆎ"

_PIECES = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)[^\s<>"'{_KOREAN}]{{3,300}})
    |(?P<mail>[a-z0-9._%+-]{{1,64}}@[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}}){{1,8}})
    |(?P<phone>(?<![a-z0-9])(?:\+|\(\+?)?\d(?:[ ().-]{{0,2}}\d){{7,14}}(?![a-z0-9]))
    |(?P<amount>(?<![a-z0-9])\d{{1,3}}(?:,\d{{3}}){{1,5}}(?![a-z0-9]))
    |(?P<code>[a-z0-9]{{1,40}}(?:[-_/.][a-z0-9]{{1,40}}){{1,8}})
    |(?P<word>[a-z0-9]{{1,64}}(?:'[a-z]{{1,3}}(?![a-z]))?)
    |(?P<korean>[가-힣]+)
    |(?P<letters>[ㄱ-ㅎ]+)
    |(?P<han>[{_HAN}]+)
    |(?P<other>[^\W_\d{_KOREAN}{_HAN}]{{1,64}})
    |(?P<emoji>[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff])
    """,
    re.VERBOSE,
)
_GROUPS = re.compile(r"\d+")
_RUNS = re.compile(r"[a-z]+|\d+")
_SKIN = re.compile(r"[\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a folded text. ``forms`` are indexed; ``asked`` is what a question asks for, '' for nothing."""

    kind: str
    start: int
    end: int
    text: str
    forms: tuple[str, ...] = ()
    asked: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """Every piece of a folded text, in order."""
    for match in _PIECES.finditer(text):
        kind, found = str(match.lastgroup), match.group()
        if kind == "phone" and not _is_phone(found):
            yield from _again(text, match.start(), match.end())
        elif kind in _MAKERS:
            forms, asked = _MAKERS[kind](found)
            yield Piece(kind, match.start(), match.end(), found, _short(forms), asked[:LONGEST])
        else:
            yield Piece(kind, match.start(), match.end(), found)


def _again(text: str, start: int, end: int) -> Iterator[Piece]:
    """Digits that look like a phone number and are none: an order number, a date, or several of them."""
    for match in re.finditer(r"\d+(?:[-.]\d+)*", text[start:end]):
        forms, asked = _code(match.group())
        yield Piece("code", start + match.start(), start + match.end(), match.group(), _short(forms), asked[:LONGEST])


def _short(forms: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form[:LONGEST] for form in forms if form))


def _is_phone(text: str) -> bool:
    digits = "".join(_GROUPS.findall(text))
    if text.lstrip("(").startswith("+"):
        return True
    return digits.startswith("0") or bool(re.fullmatch(r"1[5-9]\d\d[ -]\d{4}", text))


def phone(text: str) -> str:
    """A phone number as its digits, a Korean one without the country."""
    digits = "".join(_GROUPS.findall(text))
    if text.lstrip("(").startswith("+") and digits.startswith("82"):
        return "0" + digits[2:].lstrip("0")
    return "0" + digits[4:].lstrip("0") if digits.startswith("0082") else digits


def _phone(text: str) -> tuple[list[str], str]:
    """Also by its last four and eight digits, as people name a number at the counter."""
    whole = phone(text)
    return [whole, whole[-8:], whole[-4:], *(part for part in _GROUPS.findall(text) if len(part) > 2)], whole


def _mail(text: str) -> tuple[list[str], str]:
    text = text.strip(".")
    local, _, domain = text.partition("@")
    names = domain.split(".")
    parts = [part for part in re.split(r"[._%+-]", local) if len(part) > 1]
    return [text, local, domain, names[-2] if len(names) > 1 else domain, *parts], text


def _url(text: str) -> tuple[list[str], str]:
    text = text.rstrip(".,;:!?)]}")
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", text)
    host = re.split(r"[/?#:]", bare, maxsplit=1)[0]
    parts = [part for part in re.split(r"[^a-z0-9]+", bare)[:24] if len(part) > 1]
    return [bare, host, *parts], bare


def _code(text: str) -> tuple[list[str], str]:
    """``a-20931``: found as a20931, 20931 and, when it is words, by those."""
    joined = re.sub(r"[^a-z0-9]", "", text)
    parts = re.split(r"[-_/.]", text)
    if not any(letter.isdigit() for letter in text):  # words with a hyphen, or a full stop without a space
        return [joined, text, *(form for part in parts for form in _word(part)[0])], text if "." in text else joined
    runs = [run for part in parts for run in _RUNS.findall(part)]
    return [joined, *parts, *(run for run in runs if len(run) > 2)], joined


def _amount(text: str) -> tuple[list[str], str]:
    plain = text.replace(",", "")
    return [plain], plain


def _word(text: str) -> tuple[list[str], str]:
    word = text.split("'")[0] if text.endswith("'s") else text.replace("'", "")
    if word.isdigit():
        return [word, word.lstrip("0")], word
    if not word.isalpha():
        return [word, *(run for run in _RUNS.findall(word) if len(run) > 2)], word
    return ([], "") if word in STOP else ([stem(word), word], stem(word))


def _han(text: str) -> tuple[list[str], str]:
    """Chinese and Japanese by overlapping pairs."""
    pairs = [text[place : place + 2] for place in range(len(text) - 1)]
    return pairs or [text], (text[:2] if len(text) < 3 else "")


def _other(text: str) -> tuple[list[str], str]:
    return [text], text


def _emoji(text: str) -> tuple[list[str], str]:
    return ([], "") if _SKIN.match(text) else ([text], text)


_MAKERS: dict[str, Callable[[str], tuple[list[str], str]]] = {
    "url": _url,
    "mail": _mail,
    "phone": _phone,
    "amount": _amount,
    "code": _code,
    "word": _word,
    "han": _han,
    "other": _other,
    "emoji": _emoji,
}
