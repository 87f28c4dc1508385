"""Whether a report comes from the dealer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time

from madang.channels.connector import Config, Forged, Request

SKEW = 300  # seconds a signature may be old


def prove(config: Config, request: Request) -> None:
    """Constant time. Solapi signs nothing, and Bizgo only the time: so our own secret stands in the address too."""
    secret = config.secrets.get("hook_secret", "")
    given = request.query.get("s", "")
    if not secret or not hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace")):
        raise Forged("the address lacks the hook secret of this channel (?s=…)")
    key = config.secrets.get("webhook_secret", "")
    if config.settings.get("dealer") == "bizgo" and key:
        _prove_signature(key, request.headers.get("x-ib-timestamp", ""), request.headers.get("x-ib-signature", ""))


def _prove_signature(key: str, stamp: str, signature: str) -> None:
    """X-IB-Signature is HMAC-SHA256(secret, X-IB-Timestamp), in hex or base64; the stamp is in ms or s (SDK 1.2)."""
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 16):
        raise Forged("X-IB-Timestamp is missing or no number")
    sent_at = int(stamp) / 1000 if len(stamp) >= 13 else float(stamp)
    digest = hmac.new(key.encode(), stamp.encode(), hashlib.sha256).digest()
    if not any(hmac.compare_digest(digest, said) for said in _read(signature)):
        raise Forged("X-IB-Signature is missing or wrong")
    if abs(time.time() - sent_at) > SKEW:
        raise Forged(f"X-IB-Timestamp is more than {SKEW} seconds away from our clock")


def _read(signature: str) -> list[bytes]:
    """What the header may mean: hex or base64."""
    made: list[bytes] = []
    for decode in (bytes.fromhex, lambda text: base64.b64decode(text, validate=True)):
        try:
            made.append(decode(signature.strip()))
        except (ValueError, binascii.Error):
            made.append(b"")
    return made
