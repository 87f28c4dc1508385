"""Standard Webhooks (https://www.standardwebhooks.com): symmetric signatures, v1, both ways.

Signed is `id.timestamp.body`, with HMAC-SHA256; the header holds `v1,<base64>`, several by space while a secret
changes. A secret is `whsec_` and the base64 of 24 to 64 random bytes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)
_MOST_SIGNATURES = 20


class Unproven(Exception):
    """The signature does not prove who sent it; the message says why, without helping to forge one."""


def new_secret() -> str:
    """256 random bits, as the standard writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a written secret; raises ValueError when it is none."""
    try:
        text = secret.strip().removeprefix(PREFIX)
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("The secret is not base64. It begins with whsec_ and is copied whole.") from None
    if not 16 <= len(key) <= 128:
        raise ValueError("The secret is too short or too long: the standard asks for 24 to 64 bytes.")
    return key


def signature(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """One signature, as it stands in the header."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers(keys: Sequence[bytes], webhook_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers of an outgoing webhook, signed with every key."""
    timestamp = str(int(now.timestamp()))
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signature(key, webhook_id, timestamp, body) for key in keys),
    }


def prove(keys: Sequence[bytes], given: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The webhook's id, once a key proves it and it is fresh; raises :class:`Unproven`. Header names in lower case."""
    webhook_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    candidates = given.get("webhook-signature", "").split()
    if not (webhook_id and timestamp and candidates):
        raise Unproven("the headers webhook-id, webhook-timestamp and webhook-signature are all needed")
    if not _SECONDS.fullmatch(timestamp):
        raise Unproven("webhook-timestamp is not a time in seconds since 1970")
    if not _matches([signature(key, webhook_id, timestamp, body) for key in keys], candidates):
        raise Unproven("no webhook-signature fits the body and the secret")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise Unproven("webhook-timestamp is more than five minutes away from now; check the clock of the sender")
    return webhook_id


def _matches(expected: Sequence[str], candidates: Sequence[str]) -> bool:
    """Constant time for each pair: how much of a guess was right cannot be measured."""
    return any(
        hmac.compare_digest(mine.encode(), theirs.encode())
        for theirs in candidates[:_MOST_SIGNATURES]
        for mine in expected
    )
