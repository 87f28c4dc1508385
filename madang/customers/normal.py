"""One spelling for one address. Pure."""

from __future__ import annotations

import re
import unicodedata

import idna
import phonenumbers

UNFIT = re.compile(r"[\s\x00-\x1f\x7f]")  # what no address holds
HOME_REGION = "KR"  # how a national number is read when neither its customer nor its channel says a country
_DOTS = str.maketrans({"。": ".", "｡": "."})  # what a Korean or Japanese keyboard may put between labels
_EXTENSION = re.compile(r"\(?\s*(?:내선|구내|교환|ext\.?|extension|#)\s*[:.]?\s*\d{1,6}\s*\)?\s*\Z", re.IGNORECASE)
_ABROAD = re.compile(r"\A\(?00[\s().-]*(?=[1-9])")  # 0082 10 …: how many countries dial, though Korea does not


def normalise(kind: str, value: str, region: str = "") -> str:
    """The form an address is kept and compared in; '' when it cannot be one.

    E-mail: NFKC, lower case (mailboxes that differ by case do not exist in practice), an international domain as it
    travels (``xn--…``), what stands after a plus kept. Phone: E.164, a national number read in ``region`` (ISO 3166).
    """
    text = _visible(unicodedata.normalize("NFKC", value)).strip()
    if kind == "email":
        return email(text)
    if kind == "phone":
        return phone(text, region)
    return value.strip()[:500]


def email(text: str) -> str:
    """A lower-case address, or '' when it has no two sides."""
    local, at, domain = text.strip("<>").removeprefix("mailto:").rpartition("@")
    domain = domain.translate(_DOTS).rstrip(".")
    if not at or not local or "." not in domain or UNFIT.search(local + domain) or len(text) > 254:
        return ""
    return f"{local.lower()}@{_travelling(domain.lower())}"


def phone(text: str, region: str = "") -> str:
    """E.164, or '' when it is no number."""
    given = _EXTENSION.sub("", text)
    for spelling in (given, _ABROAD.sub("+", given)):
        try:
            number = phonenumbers.parse(spelling, region or HOME_REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def shown(kind: str, value: str) -> str:
    """As people read it: an international domain in its own letters, where those can be no other's."""
    local, at, domain = value.rpartition("@")
    if kind != "email" or not at or "xn--" not in domain:
        return value
    try:
        letters = idna.decode(domain)
    except idna.IDNAError:
        return value
    return f"{local}@{letters}" if _plain(letters) else value


def _travelling(domain: str) -> str:
    """The domain in ASCII (IDNA 2008, after UTS 46); what is no domain by that rule stays as it is, and is not lost."""
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return domain


def _plain(letters: str) -> bool:
    """Hangul beside ASCII and nothing else: letters of other scripts may be drawn to look like these."""
    return all(one.isascii() or unicodedata.name(one, "").startswith("HANGUL SYLLABLE") for one in letters)


def _visible(text: str) -> str:
    """Without what nobody sees and copying brings along: zero-width spaces, marks of direction."""
    return "".join(one for one in text if unicodedata.category(one) != "Cf")
