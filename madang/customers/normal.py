"""One spelling for one address. Pure."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

UNFIT = re.compile(r"[\s\x00-\x1f]")  # what no address holds
HOME_REGION = "KR"  # how a national number is read when its channel says no country


def normalise(kind: str, value: str) -> str:
    """The form an address is kept and compared in; '' when it cannot be one.

    E-mail: NFKC, lower case (mailboxes that differ by case do not exist in practice). Phone: E.164.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if kind == "email":
        return email(text)
    if kind == "phone":
        return phone(text)
    return value.strip()[:500]


def email(text: str) -> str:
    """A lower-case address, or '' when it has no two sides."""
    local, at, domain = text.strip("<>").rpartition("@")
    if not at or not local or "." not in domain or UNFIT.search(text) or len(text) > 254:
        return ""
    return f"{local}@{domain}".lower()


def phone(text: str) -> str:
    """E.164, or '' when it is no number."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
