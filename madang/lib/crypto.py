"""Keys of the house: everything secret is derived from one, by purpose."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Keys:
    """Derives and uses keys from the house's one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._box = Fernet(base64.urlsafe_b64encode(self.derive("sealed secrets")))

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF-SHA256, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self._secret)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt and authenticate, for keeping in the database."""
        return self._box.encrypt(plain)

    def unseal(self, sealed: bytes) -> bytes:
        """Undo :meth:`seal`; raises ValueError when the house's secret is another one or the bytes were changed."""
        try:
            return self._box.decrypt(sealed)
        except InvalidToken:
            raise ValueError(
                "a sealed secret cannot be opened: the secret key is not the one it was sealed with"
            ) from None


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token. Tokens are random, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).digest()
