"""Content-Transfer-Encoding, forgiving: half a base64 or a wrong label never loses the rest."""

from __future__ import annotations

import binascii
import re

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
SPACE = b" \t\r\n\v\f\x00"
MAX_BLOCKS = 100_000
PADDING = re.compile(rb"=+")


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """The bytes behind ``encoding`` (base64, quoted-printable; anything else is taken as it stands)."""
    name = encoding.strip().lower()
    if name == "base64":
        return decode_base64(data)
    if name == "quoted-printable":
        return binascii.a2b_qp(data)
    return data


def decode_base64(data: bytes) -> bytes:
    """Base64 with missing padding, blocks padded one by one, or a footer behind it; plain text mislabelled stays."""
    packed = data.translate(None, SPACE)
    clean = packed.translate(None, not_in_alphabet(packed))
    if len(packed) - len(clean) > len(packed) // 20:
        head = base64_lines(data)
        return decode_base64(head) if head and len(head) < len(data) else data
    if b"=" not in clean.rstrip(b"="):
        return unpack(clean.rstrip(b"="))
    if clean.count(b"=") > MAX_BLOCKS:  # no mailer pads so often: not worth its time
        return unpack(clean.replace(b"=", b""))
    return b"".join(unpack(block) for block in PADDING.split(clean))


def base64_lines(data: bytes) -> bytes:
    """The leading lines that can only be base64: what a mailing list appended behind them is cut."""
    lines: list[bytes] = []
    for line in data.splitlines(keepends=True):
        stripped = line.strip()
        if stripped.translate(None, ALPHABET) or (lines and not stripped):
            break
        lines.append(line)
    return b"".join(lines)


def not_in_alphabet(data: bytes) -> bytes:
    """Every byte value of ``data`` that base64 does not use."""
    return bytes(set(data) - set(ALPHABET))


def unpack(block: bytes) -> bytes:
    """One unpadded base64 block; a single left-over character says nothing and is dropped."""
    rest = len(block) % 4
    if rest == 1:
        block = block[:-1]
    return binascii.a2b_base64(block + b"=" * (-len(block) % 4))
