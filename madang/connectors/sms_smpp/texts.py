"""Texts in the codings of SMPP's ``data_coding`` (SMPP 3.4, 5.2.19; 3GPP TS 23.038, 4). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from madang.lib import sms_alphabet

DEFAULT, ASCII, LATIN, UCS2, KOREAN = 0, 1, 3, 8, 14
_BINARY = {2, 4}


def coded(words: str, alphabet: str) -> tuple[int, Sequence[bytes]]:
    """(data_coding, the text in parts). ``alphabet`` is what data coding 0 means at this SMSC."""
    parts = sms_alphabet.parts(words)
    if sms_alphabet.is_gsm(words):
        if alphabet == "gsm":
            return DEFAULT, [sms_alphabet.gsm(part) for part in parts]
        try:
            return DEFAULT, [part.encode(alphabet) for part in parts]
        except UnicodeEncodeError:
            return UCS2, [sms_alphabet.ucs2(part) for part in sms_alphabet.parts(words, wide=True)]
    return UCS2, [sms_alphabet.ucs2(part) for part in parts]


def decoded(raw: bytes, coding: int, alphabet: str) -> str | None:
    """What it says; None when it is no text."""
    kind = _kind(coding)
    if kind in _BINARY:
        return None
    if kind == UCS2:
        return sms_alphabet.from_ucs2(raw)
    if kind == KOREAN:
        return raw.decode("cp949", "replace")
    if kind == LATIN:
        return raw.decode("latin-1")
    if kind == ASCII:
        return raw.decode("ascii", "replace")
    if kind == DEFAULT:
        return sms_alphabet.from_gsm(raw) if alphabet == "gsm" else raw.decode(alphabet, "replace")
    return None


def _kind(coding: int) -> int:
    """The coding behind a message class: a flash message is a text too."""
    if 0x10 <= coding <= 0x3F:
        return {0: DEFAULT, 1: 4, 2: UCS2}.get(coding >> 2 & 3, coding)
    if coding >= 0xF0:
        return 4 if coding & 4 else DEFAULT
    return coding
