"""Proof that a webhook is Meta's (X-Hub-Signature-256), and the challenge by which it tries an address once."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

LONGEST_CHALLENGE = 256


def sign(secret: str, body: bytes) -> str:
    """The header's value: ``sha256=`` and the HMAC of the raw body with the app secret, in hex."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def signed(secret: str, body: bytes, header: str) -> bool:
    """Whether ``header`` proves the body, in constant time. Without a secret nothing is proven."""
    return bool(secret) and hmac.compare_digest(sign(secret, body).encode(), header.encode("utf-8", "replace"))


def challenge(query: Mapping[str, str], token: str) -> str | None:
    """What to answer to ``hub.mode=subscribe``; None when the verify token is not ours."""
    said = query.get("hub.verify_token", "").encode("utf-8", "replace")
    if query.get("hub.mode") != "subscribe" or not token or not hmac.compare_digest(said, token.encode()):
        return None
    given = query.get("hub.challenge", "")
    return given if len(given) <= LONGEST_CHALLENGE else None
