"""Web push: what a browser's maker takes for it (RFC 8030), sealed for the browser alone (RFC 8291), signed (RFC 8292).

The house's own key is made from its secret, so that it needs no place of its own. The address of a push service comes
from a browser, so it is called as any address of a stranger is: guarded.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from madang.lib.crypto import Keys
from madang.lib.http import Blocked, CallFailed, Client

log = logging.getLogger("madang.push")

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
LASTS = 12 * 3600  # seconds a signature is good for; push services take a day at most
GONE = (404, 410)  # RFC 8030: this browser is no more
FORBIDDEN = (401, 403)  # it was told another key of ours, one that we have no more


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a browser takes what is for it, and the keys it is sealed with (``PushSubscription.toJSON()``)."""

    endpoint: str
    p256dh: str
    auth: str

    def wrong(self) -> str:
        """What is wrong with what it said of itself, '' when nothing is."""
        parts = urlsplit(self.endpoint)
        if len(self.endpoint) > 1_000 or parts.scheme not in ("https", "http") or not parts.hostname:
            return "This is no address of a push service."
        if len(_bytes(self.p256dh)) != 65 or _bytes(self.p256dh)[:1] != b"\x04" or len(_bytes(self.auth)) != 16:
            return "These are no keys of a browser."
        return ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a browser is told. A newer one of the same ``topic`` takes the place of one not yet fetched."""

    body: bytes
    topic: str  # at most 32 characters of base64url
    lasts: int  # seconds the push service keeps it
    urgency: str = "normal"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a push service answered: taken, gone (never again), or again after ``wait`` seconds (0: as you like)."""

    taken: bool = False
    gone: bool = False
    again: bool = False
    wait: float = 0.0


def _bytes(given: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(given[:200] + "=" * (-len(given[:200]) % 4))
    except (binascii.Error, ValueError):
        return b""


@lru_cache(4)
def _private(seed: bytes) -> ec.EllipticCurvePrivateKey:
    wide = hmac.digest(seed, b"vapid", "sha512")  # wider than the order, so that no scalar is likelier than another
    return ec.derive_private_key(int.from_bytes(wide, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def private(keys: Keys) -> ec.EllipticCurvePrivateKey:
    """The house's key."""
    return _private(keys.derive("web push"))


def public(keys: Keys) -> str:
    """What a browser is told as ``applicationServerKey``: the point, in base64url."""
    point = private(keys).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def authorization(keys: Keys, endpoint: str, house: str) -> str:
    """The header that tells a push service who asks; ``house`` is our public address."""
    from py_vapid import Vapid02

    parts = urlsplit(endpoint)
    subject = house if house.startswith("https://") else f"mailto:postmaster@{urlsplit(house).hostname or 'localhost'}"
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": subject, "exp": int(time.time()) + LASTS}
    return str(Vapid02(private(keys)).sign(claims)["Authorization"])


def sealed(browser: Browser, plain: bytes) -> bytes:
    """Only this browser opens it."""
    from pywebpush import WebPusher  # brings two HTTP libraries along, which nobody needs before

    told = {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
    made: bytes = WebPusher(told).encode(plain, "aes128gcm")["body"]
    return made


async def tell(keys: Keys, house: str, client: Client, browser: Browser, notice: Notice) -> Outcome:
    """Hand a notice to the browser's push service."""
    try:
        return await _post(keys, house, client, browser, notice)
    except Blocked as error:
        log.warning("a browser named an address that is not called: %s", error)
        return Outcome(gone=True)
    except CallFailed as error:
        log.info("a push service cannot be reached, trying again: %s", error)
        return Outcome(again=True)


async def _post(keys: Keys, house: str, client: Client, browser: Browser, notice: Notice) -> Outcome:
    headers = {
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(notice.lasts),
        "urgency": notice.urgency,
        "topic": notice.topic[:32],
        "authorization": authorization(keys, browser.endpoint, house),
    }
    body = await asyncio.to_thread(sealed, browser, notice.body)
    answer = await client.request("POST", browser.endpoint, headers=headers, content=body, limit=64 << 10, cut=True)
    if 200 <= answer.status < 300:
        return Outcome(taken=True)
    if answer.status in GONE or answer.status in FORBIDDEN:
        return Outcome(gone=True)
    if answer.status == 429 or answer.status >= 500:
        given = answer.headers.get("retry-after", "")
        return Outcome(again=True, wait=float(min(int(given), 3600)) if given.isascii() and given.isdecimal() else 0.0)
    log.warning("a push service refused a notice with %d", answer.status)
    return Outcome(taken=True)  # it will never take this one
