"""The code itself: made, hashed, compared; and an address as it is shown to who may not know it. Pure."""

from __future__ import annotations

import hmac
import secrets
import unicodedata

DIGITS = 6
_BETWEEN = frozenset(" -‐–.\u00a0\u200b")


def new() -> str:
    """Six digits that nobody can guess."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def clean(typed: str) -> str:
    """What was typed, as digits; '' when that is no code. Full-width digits, spaces and dashes are as good."""
    plain = unicodedata.normalize("NFKC", typed[:100])
    digits = "".join(one for one in plain.strip() if one not in _BETWEEN)
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else ""


def digest(key: bytes, challenge_id: int, code: str) -> str:
    """The keyed hash that is kept. A code of one challenge is none of another."""
    return hmac.digest(key, f"{challenge_id}:{code}".encode(), "sha256").hex()


def right(key: bytes, challenge_id: int, code: str, kept: str) -> bool:
    """Whether it is the code that went out last, in constant time."""
    return hmac.compare_digest(digest(key, challenge_id, code), kept)


def masked(kind: str, value: str) -> str:
    """An address that who typed it knows again and nobody else learns: ``m•••@naver.com``, ``•••• 5678``."""
    if kind == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}•••@{domain}"
    return f"•••• {value[-4:]}"
