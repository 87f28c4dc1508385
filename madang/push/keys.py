"""The house's own key for web push (VAPID, RFC 8292): made from its secret, so that it needs no place of its own."""

from __future__ import annotations

import base64
import hmac
import time
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from madang.lib.crypto import Keys

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
LASTS = 12 * 3600  # seconds a signature is good for; push services take a day at most


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
