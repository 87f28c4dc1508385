"""Header fields of mails we write (RFC 5322 folding, RFC 2047 words).

The standard library's folding drops the spaces that fall between two encoded words (seen in 3.11), which joins Korean
words; here everything that needs encoding is encoded, spaces too.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence

from madang.lib.mail.model import Address

WORD_BYTES = 42  # of text in one encoded word: with its wrapping it stays within 75 characters
LINE = 76
FOLD = "\r\n "
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def encode_text(name: str, value: str) -> str:
    """An unstructured field such as Subject, ready to send without its final line break."""
    if needs_encoding(value):
        return f"{name}: {FOLD.join(encoded_words(value))}"
    return fold(name, value.split(" "), " ")


def encode_tokens(name: str, tokens: Sequence[str]) -> str:
    """A field of blank-separated ASCII tokens such as References."""
    return fold(name, tokens, " ")


def encode_mailboxes(name: str, addresses: Sequence[Address]) -> str:
    """An address list."""
    return fold(name, [mailbox(address) for address in addresses], ", ")


def mailbox(address: Address) -> str:
    """``name <local@domain>``, the name encoded or quoted as it needs."""
    if not address.name:
        return address.address
    if needs_encoding(address.name):
        return f"{FOLD.join(encoded_words(address.name))} <{address.address}>"
    if ATOMS.fullmatch(address.name):
        return f"{address.name} <{address.address}>"
    quoted = re.sub(r'(["\\])', r"\\\1", address.name)
    return f'"{quoted}" <{address.address}>'


def needs_encoding(value: str) -> bool:
    """Letters beyond ASCII, what looks encoded already, or a word too long for a line."""
    return not value.isascii() or "=?" in value or max(map(len, value.split(" ")), default=0) > 200


def encoded_words(value: str) -> Iterator[str]:
    """The value as base64 words of whole characters."""
    piece = b""
    for char in value:
        data = char.encode("utf-8", "replace")
        if len(piece) + len(data) > WORD_BYTES:
            yield f"=?utf-8?B?{base64.b64encode(piece).decode()}?="
            piece = b""
        piece += data
    if piece:
        yield f"=?utf-8?B?{base64.b64encode(piece).decode()}?="


def fold(name: str, pieces: Sequence[str], separator: str) -> str:
    """``name: `` and the pieces, a new line before each that would make the line too long."""
    lines = [f"{name}: "]
    for number, piece in enumerate(pieces):
        glued = piece + (separator.rstrip() if number < len(pieces) - 1 else "")
        space = "" if not number else " "
        if number and len(lines[-1]) + len(space + glued.split("\r\n")[0]) > LINE:
            lines.append(" " + glued)
        else:
            lines[-1] += space + glued
    return "\r\n".join(lines)
