"""What a visitor of a web chat proves herself with: a token we made, checked without a look into any table.

``c.<random>.<mac>`` is a browser, ``u.<user id>.<until>.<mac>`` a user whom the company's own server has signed. The
key is the channel's: a token of one channel is none on another, and a new identity secret ends every token under it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

SIGNED_FOR = 12 * 3600  # seconds; the page signs its user again each time it is loaded
LONGEST = 1_000  # characters of a token


@dataclass(frozen=True, slots=True)
class Proven:
    """Who holds a token: a ``cookie`` (value: SHA-256 of the token, in hex) or an ``account`` (the user's id)."""

    kind: Literal["cookie", "account"]
    value: str

    @property
    def who(self) -> str:
        """One name for both."""
        return f"{self.kind}:{self.value}"


def key_of(token_key: bytes, channel: str, identity_secret: str) -> bytes:
    """The key under which one channel's tokens are made."""
    return hmac.digest(token_key, f"visitor token\0{channel}\0{identity_secret}".encode(), "sha256")


def new_browser(key: bytes) -> str:
    """A token for a browser that has none: 256 random bits."""
    body = f"c.{secrets.token_urlsafe(32)}"
    return f"{body}.{_mac(key, body)}"


def new_user(key: bytes, user_id: str, now: float) -> str:
    """A token for a signed user; ends after :data:`SIGNED_FOR`."""
    body = f"u.{_encode(user_id.encode())}.{int(now) + SIGNED_FOR}"
    return f"{body}.{_mac(key, body)}"


def read(key: bytes, token: str, now: float) -> Proven | None:
    """Who holds ``token``; None when we did not make it, or its time is over."""
    body, _, mac = token.rpartition(".")
    if len(token) > LONGEST or not token.isascii() or not hmac.compare_digest(mac, _mac(key, body)):
        return None
    kind, _, rest = body.partition(".")
    if kind == "c":
        return Proven("cookie", hashlib.sha256(token.encode()).hexdigest())
    user, _, until = rest.partition(".")
    if now > int(until):
        return None
    return Proven("account", base64.urlsafe_b64decode(user + "=" * (-len(user) % 4)).decode())


def bearer(authorization: str) -> str:
    """The token in an ``Authorization`` header, '' when there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def sign_user(identity_secret: str, user_id: str) -> str:
    """What the company's server hands its page: HMAC-SHA256 of the user's id, in lower-case hex."""
    return hmac.new(identity_secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()


def user_is_signed(identity_secret: str, user_id: str, given: str) -> bool:
    """Constant time; false for everything while there is no secret."""
    right = sign_user(identity_secret, user_id)
    return bool(identity_secret and user_id) and hmac.compare_digest(right.encode(), given.strip().lower().encode())


def receipt_mark(key: bytes, who: str, message: str) -> str:
    """What a visitor must know to say that she has read ``message``: it was shown to her."""
    return _mac(key, f"receipt\0{who}\0{message}")


def _mac(key: bytes, body: str) -> str:
    return _encode(hmac.digest(key, body.encode(), "sha256")[:16])


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
