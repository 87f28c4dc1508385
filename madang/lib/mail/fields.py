"""Header fields: raw bytes to readable text (RFC 2047, and the raw 8-bit headers that Korean systems send)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from madang.lib.mail import charset, transfer

MAX_VALUE = 64 << 10  # bytes of one field that are looked at: no honest one is longer
FOLD = re.compile(r"[\r\n]+[ \t]*")
BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def raw_text(value: bytes) -> str:
    """An undecoded field as text: unfolded, raw 8-bit bytes read as utf-8 or cp949."""
    return FOLD.sub(" ", charset.decode(value[:MAX_VALUE])).strip()


def readable(value: bytes) -> str:
    """A field as a person reads it."""
    return decode_words(raw_text(value))


def decode_words(text: str) -> str:
    """RFC 2047 encoded words decoded, in quotes and without spaces around them too, as every client does.

    Neighbours in one charset are joined before decoding: many systems cut in the middle of a character.
    """
    out: list[str] = []
    label, pending = "", b""
    for kind, word_label, data in split_words(text):
        if kind == "word" and pending and word_label == label:
            pending += data
            continue
        out.append(charset.decode(pending, label))
        label, pending = (word_label, data) if kind == "word" else ("", b"")
        if kind == "text":
            out.append(data.decode("utf-8"))
    out.append(charset.decode(pending, label))
    return tidy("".join(out))


def tidy(text: str) -> str:
    """One line: no control characters, no line breaks, no NUL."""
    return BAD.sub("", FOLD.sub(" ", text)).strip()


def split_words(text: str) -> Iterator[tuple[str, str, bytes]]:
    """('text', '', utf-8 bytes) and ('word', charset, bytes) in turn; blanks between two words are dropped."""
    done = 0
    after_word = False
    for start, end, label, data in words(text):
        between = text[done:start]
        if between and not (after_word and between.isspace()):
            yield "text", "", between.encode("utf-8", "replace")
        yield "word", label, data
        done, after_word = end, True
    if text[done:]:
        yield "text", "", text[done:].encode("utf-8", "replace")


HEAD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?")


def words(text: str) -> Iterator[tuple[int, int, str, bytes]]:
    """Every encoded word: (start, end, charset, bytes). One pass: a word that never ends, ends the search."""
    position = 0
    while match := HEAD.search(text, position):
        close = text.find("?=", match.end())
        if close < 0:
            return
        body = text[match.end() : close]
        yield match.start(), close + 2, match[1].split("*")[0].lower(), unword(match[2], body)
        position = close + 2


def unword(encoding: str, body: str) -> bytes:
    """The bytes of one encoded word's text."""
    data = body.encode("utf-8", "replace")
    if encoding in "bB":
        return transfer.decode_base64(data)
    return transfer.decode_transfer(data.replace(b"_", b" "), "quoted-printable")
