"""Who speaks, in one spelling. Stricter than what the house accepts, so that nothing is refused after a 2xx."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from madang.channels.connector import Kind, Malformed, Party
from madang.connectors.api.body import From

_MAIL = re.compile(r"[^\s@<>,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"\x00-\x1f\x7f.]+(\.[^\s@<>,;:\"\x00-\x1f\x7f.]+)+")


def party(sender: From, region: str) -> Party:
    """The sender as the house knows people; raises :class:`Malformed` when nobody could be found by it."""
    value = unicodedata.normalize("NFC", sender.value).strip()
    name = " ".join(sender.name.split())
    if sender.kind == "email":
        return Party(Kind.EMAIL, _email(value), name)
    if sender.kind == "phone":
        return Party(Kind.PHONE, _phone(value, region), name)
    if not value or not value.isprintable():
        raise Malformed("`from.value` is empty or holds control characters")
    return Party(Kind.SCOPED, value, name)


def _email(text: str) -> str:
    if len(text) > 254 or not _MAIL.fullmatch(text):
        raise Malformed(f"`from.value` is no e-mail address: {text[:80]!r}")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


@lru_cache(4096)
def _phone(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Malformed(f"`from.value` is no phone number: {text[:40]!r}. Write it as +82 10 1234 5678")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
