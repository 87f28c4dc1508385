"""Links to one file for somebody without an account: made by us, guessable by nobody, good for a while.

A channel that carries no files hands its customer such a link. The token is 44 characters, short enough for a text
message: the file's key, the hour it ends, and 112 bits of HMAC-SHA256 over both, in base64url.
"""

from __future__ import annotations

import base64
import hmac
import re

DAYS = 30  # a link is good for
HOUR = 3600  # seconds

_KEY = 16  # bytes of a file's key, which is written in hex
_HOURS = 3  # bytes of the hour
_MAC = 14
_TOKEN = re.compile(r"[A-Za-z0-9_-]{44}")


def made(key: bytes, file_key: str, now: float) -> str:
    """A token for the file with this key (32 hexadecimal digits), from ``now`` (seconds since 1970) on."""
    until = int(now) // HOUR + DAYS * 24
    body = bytes.fromhex(file_key) + until.to_bytes(_HOURS, "big")
    return base64.urlsafe_b64encode(body + _mac(key, body)).decode()


def read(key: bytes, token: str, now: float) -> str | None:
    """The key of the file that ``token`` opens; None when we did not make it, or its time is over."""
    if _TOKEN.fullmatch(token) is None:
        return None
    whole = base64.urlsafe_b64decode(token)
    body, mac = whole[:-_MAC], whole[-_MAC:]
    if not hmac.compare_digest(mac, _mac(key, body)) or now // HOUR >= int.from_bytes(body[_KEY:], "big"):
        return None
    return body[:_KEY].hex()


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"file link\0" + body, "sha256")[:_MAC]
