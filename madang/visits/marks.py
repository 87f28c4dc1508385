"""The names of a customer at a counter: her QR, and what the channel calls her. Ours alone to make."""

from __future__ import annotations

import base64
import hmac
import re

from madang.lib.crypto import Keys

_TOKEN = re.compile(r"([0-9a-z]{1,13})-([A-Za-z0-9_-]{16})")


def token(keys: Keys, customer_id: int) -> str:
    """What her QR says. Whoever was merged is still found by it; nobody can count on to the next one."""
    number = _letters(customer_id)
    return f"{number}-{_mac(keys, 'qr', number)}"


def read(keys: Keys, given: str) -> int:
    """The customer's number, 0 when we did not make it. An address that ends in the token is one too."""
    found = _TOKEN.fullmatch(given.strip().rstrip("/").rpartition("/")[2])
    if found is None or not hmac.compare_digest(found[2].encode(), _mac(keys, "qr", found[1]).encode()):
        return 0
    return int(found[1], 36)


def visitor(keys: Keys, customer_id: int) -> str:
    """What the counter's channel calls a customer of ours: no till can name one that it was not told."""
    number = _letters(customer_id)
    return f"c{number}-{_mac(keys, 'visitor', number)}"


def _letters(number: int) -> str:
    made = ""
    while number:
        number, rest = divmod(number, 36)
        made = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + made
    return made or "0"


def _mac(keys: Keys, what: str, number: str) -> str:
    made = hmac.digest(keys.derive("counter"), f"{what}\0{number}".encode(), "sha256")[:12]
    return base64.urlsafe_b64encode(made).decode()
