"""Bytes to text, as mail really labels it.

The labels follow the WHATWG encoding standard (``euc-kr`` and ``ks_c_5601-1987`` mean windows-949, ``iso-8859-1`` means
windows-1252); a label that is missing or plainly wrong gives way to what the bytes say.
"""

from __future__ import annotations

import codecs
import re

KOREAN = (
    "euc-kr euckr ks_c_5601-1987 ks_c_5601 ks-c-5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 csksc56011987 iso-ir-149 "
    "korean windows-949 cp949 ms949 x-windows-949 uhc 949 x-mac-korean"
)
LATIN = "iso-8859-1 iso8859-1 latin1 latin-1 windows-1252 cp1252 x-ansi"
UNKNOWN = "us-ascii ascii ansi_x3.4-1968 unknown-8bit x-unknown unknown default 8bit binary"
UTF8 = "utf-8 utf8 utf_8 unicode-1-1-utf-8 x-utf-8 utf-8n cp65001"
OTHER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
    "unicode": "utf-16",
}

ALIAS = (
    dict.fromkeys(KOREAN.split(), "cp949")
    | dict.fromkeys(LATIN.split(), "cp1252")
    | dict.fromkeys(["", *UNKNOWN.split()], "")
    | dict.fromkeys(UTF8.split(), "utf-8")
    | OTHER
)

# No character set of a mail, though Python knows a codec by that name: utf-7 smuggles markup past filters.
REFUSED = frozenset({"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"})
MAX_SHIFTS = 200_000  # of a text in ISO-2022-KR; real ones shift a few times a line
WIDE = re.compile(r"[ᄀ-ᇿ぀-ヿ㄰-㆏一-鿿가-힣]")
HANGUL_ONLY = re.compile(rb"(?:[\x00-\x7f]|[\xb0-\xc8][\xa1-\xfe])*\Z")


def canonical(label: str | None) -> str:
    """A Python codec name for a mail's charset label; '' when the label says nothing usable."""
    name = (label or "").strip().strip("\"'").lower()
    if name in ALIAS:
        return ALIAS[name]
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # _is_text_encoding keeps base64_codec, zlib_codec and the like out: they would be a bomb or a type error.
    usable = info._is_text_encoding and info.name not in REFUSED
    return ALIAS.get(info.name, info.name) if usable else ""


def decode(data: bytes, label: str | None = None) -> str:
    """``data`` as text, never failing: by its label where that holds, else by what the bytes look like."""
    codec = canonical(label)
    if codec in ("iso2022_kr", "") and (b"\x1b$)C" in data or (codec and b"\x0e" in data)):
        return decode_iso2022_kr(data)
    if data.isascii() and codec in ("", "utf-8", "cp949", "cp1252"):
        return data.decode("ascii")
    if codec == "cp1252":
        return strictly(data, "utf-8") or (HANGUL_ONLY.match(data) and strictly(data, "cp949")) or lenient(data, codec)
    if codec == "cp949":
        text = strictly(data, "utf-8")
        if text and WIDE.search(text):  # utf-8 under a Korean label; two-byte look-alikes stay Korean
            return text
    if codec in ("", "utf-8"):
        return guess(data)
    return strictly(data, codec) or fallback(data, codec)


def guess(data: bytes) -> str:
    """Unlabelled text, or a utf-8 label that may lie: utf-8, else cp949, else whichever loses less."""
    text = strictly(data, "utf-8")
    if text is not None:
        return text
    utf8 = data.decode("utf-8", "replace")
    broken = utf8.count("\ufffd")
    wide = sum(1 for char in utf8 if char > "\x7f") - broken
    if wide > 2 * broken:  # utf-8 with a few broken bytes, or cut in half a character
        return utf8
    return strictly(data, "cp949") or strictly(data, "cp1252") or fewest_lost(data, ("utf-8", "cp949"))


def fallback(data: bytes, codec: str) -> str:
    """``codec`` was named but does not fit: utf-8 if that fits, else ``codec`` with marks for what is lost."""
    text = strictly(data, "utf-8")
    if text is not None:
        return text
    return guess(data) if codec == "iso2022_kr" else lenient(data, codec)


def strictly(data: bytes, codec: str) -> str | None:
    """Decoded without a single error, or None."""
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def lenient(data: bytes, codec: str) -> str:
    """Decoded with U+FFFD for what does not fit."""
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return data.decode("utf-8", "replace")


def fewest_lost(data: bytes, codecs_: tuple[str, ...]) -> str:
    """The decoding with the fewest replacement marks."""
    return min((lenient(data, codec) for codec in codecs_), key=lambda text: text.count("\ufffd"))


def decode_iso2022_kr(data: bytes) -> str:
    """RFC 1557, forgiving: the designator may be missing or stand anywhere; shifted bytes are EUC-KR without bit 8."""
    plain = data.replace(b"\x1b$)C", b"")
    if plain.count(b"\x0e") > MAX_SHIFTS:
        return lenient(plain, "cp949")
    pieces = []
    for line in plain.split(b"\n"):
        for number, segment in enumerate(line.replace(b"\x0f", b"\x0e").split(b"\x0e")):
            shifted = number % 2 == 1
            pieces.append(segment.translate(HIGH) if shifted else segment)
        pieces.append(b"\n")
    return lenient(b"".join(pieces[:-1]), "cp949")


HIGH = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))
