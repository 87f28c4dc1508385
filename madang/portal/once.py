"""A form that is filled in once: under which name it was given out, when, and that we did.

The name becomes the name of what it brings, so that pressing twice, or coming back and sending again, is once.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal

QUICKEST = 2.0  # seconds: nobody fills in a form in less
LONGEST = 24 * 3600  # seconds; a page left open for longer is given out anew, with all that stands in it

_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,13})\.([A-Za-z0-9_-]{22})")

Wrong = Literal["", "quick", "old", "unknown"]


@dataclass(frozen=True, slots=True)
class Given:
    """A form that we gave out: its name, and when, in seconds since 1970."""

    name: str
    at: float

    def wrong(self, now: float) -> Wrong:
        """Why it is not taken as it stands, '' when it is."""
        if now - self.at < QUICKEST:
            return "quick"
        return "old" if now - self.at > LONGEST else ""


def made(key: bytes, now: float, name: str = "") -> str:
    """The token of a form; a fresh name unless it had one."""
    body = f"{name or secrets.token_hex(16)}.{int(now * 10)}"
    return f"{body}.{_mac(key, body)}"


def read(key: bytes, token: str) -> Given | None:
    """What a token says, None when we did not make it."""
    found = _TOKEN.fullmatch(token)
    if found is None or not hmac.compare_digest(found[3], _mac(key, f"{found[1]}.{found[2]}")):
        return None
    return Given(found[1], int(found[2]) / 10)


def proof(key: bytes, what: str) -> str:
    """22 characters that only we can say of ``what``: the end of a link to it."""
    return _mac(key, f"proof\0{what}")


def proves(key: bytes, what: str, given: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(given.encode(), proof(key, what).encode())


def _mac(key: bytes, body: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, body.encode(), "sha256")[:16]).rstrip(b"=").decode()
