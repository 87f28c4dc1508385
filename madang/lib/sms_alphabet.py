"""Short messages on the air: the GSM 7-bit alphabet, UCS-2, and how a long text is cut and put together. Pure.

3GPP TS 23.038 (alphabets) and 23.040 section 9.2.3.24 (user data headers). A septet is one byte here: SMPP and HTTP
interfaces leave the packing to the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_MORE = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
_CODES = {letter: code for code, letter in enumerate(_BASIC) if code != _ESCAPE}
_FURTHER = {code: letter for letter, code in _MORE.items()}

ALONE_7, PART_7 = 160, 153  # septets of a short message, and of a part of a long one
ALONE_16, PART_16 = 70, 67  # the same in UCS-2 units
MOST_PARTS = 255
_CONCAT_8, _CONCAT_16 = 0x00, 0x08


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part belongs: the ``number``-th (from 1) of ``total`` with the same ``reference``."""

    reference: int
    total: int
    number: int


def is_gsm(words: str) -> bool:
    """Whether the 7-bit alphabet has every letter."""
    return all(letter in _CODES or letter in _MORE for letter in words)


def gsm(words: str) -> bytes:
    """In the 7-bit alphabet, a septet a byte. Raises ValueError."""
    made = bytearray()
    for letter in words:
        if letter in _CODES:
            made.append(_CODES[letter])
        elif letter in _MORE:
            made += bytes((_ESCAPE, _MORE[letter]))
        else:
            raise ValueError(f"{letter!r} is not in the GSM alphabet")
    return bytes(made)


def from_gsm(raw: bytes) -> str:
    """What such bytes say. An unknown code is shown as a space, as the standard asks of phones."""
    made, escaped = [], False
    for code in raw:
        if escaped:
            made.append(_FURTHER.get(code, " "))
            escaped = False
        elif code == _ESCAPE:
            escaped = True
        else:
            made.append(_BASIC[code] if code < 0x80 else " ")
    return "".join(made)


def ucs2(words: str) -> bytes:
    """In UCS-2 as the world sends it: UTF-16 without a mark, so that emoji live."""
    return words.encode("utf-16-be", "replace")


def from_ucs2(raw: bytes) -> str:
    """What such bytes say; half a letter is shown as such."""
    return raw.decode("utf-16-be", "replace")


def parts(words: str, *, wide: bool = False) -> list[str]:
    """The text as the messages it is sent in; no letter is cut in two. ``wide``: in UCS-2 though 7 bits would do."""
    if not wide and is_gsm(words):
        return _cut(words, ALONE_7, PART_7, lambda letter: 2 if letter in _MORE else 1)
    return _cut(words, ALONE_16, PART_16, lambda letter: 2 if ord(letter) > 0xFFFF else 1)


def _cut(words: str, alone: int, most: int, size: Callable[[str], int]) -> list[str]:
    if sum(map(size, words)) <= alone:
        return [words]
    made, full = [""], 0
    for letter in words:
        step = size(letter)
        if full + step > most:
            made.append("")
            full = 0
        made[-1] += letter
        full += step
    return made


def header(place: Place) -> bytes:
    """The user data header of a part."""
    return bytes((5, _CONCAT_8, 3, place.reference & 0xFF, place.total, place.number))


def read_header(raw: bytes) -> tuple[Place | None, bytes]:
    """(where the part belongs, the text bytes) of user data that begin with a header. Raises ValueError."""
    if not raw or raw[0] + 1 > len(raw):
        raise ValueError("the user data header is longer than the message")
    body, rest = raw[1 : raw[0] + 1], raw[raw[0] + 1 :]
    place = None
    while len(body) >= 2:
        kind, size, body = body[0], body[1], body[2:]
        element, body = body[:size], body[size:]
        if kind == _CONCAT_8 and len(element) == 3:
            place = Place(element[0], element[1], element[2])
        if kind == _CONCAT_16 and len(element) == 4:
            place = Place(int.from_bytes(element[:2], "big"), element[2], element[3])
    return (place if place and 1 <= place.number <= place.total else None), rest
