"""Secrets of webhooks: made, sealed, opened; and what signs with them."""

from __future__ import annotations

from collections.abc import Iterable

from madang.lib import webhooks
from madang.lib.crypto import Keys

MARK = "Madang-Webhooks/1"


def fresh(keys: Keys) -> tuple[str, bytes]:
    """A new secret as its receiver writes it, and sealed as we keep it."""
    secret = webhooks.new_secret()
    return secret, keys.seal(secret.encode())


def opened(keys: Keys, sealed: Iterable[bytes]) -> list[bytes]:
    """The signing keys of sealed secrets; raises ValueError when the house's own secret is another one."""
    return [webhooks.key_of(keys.unseal(one).decode()) for one in sealed]
