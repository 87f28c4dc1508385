"""A person as matching sees her: what is known of her, in the forms in which it can be compared. Pure, no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from madang.customers import normal
from madang.customers.matching import addresses
from madang.customers.matching.names import Name, names, parts
from madang.customers.matching.romanised import latin

_MOBILE = re.compile(r"(?:\+?82[-. ]?\(?0?\)?|0)(1[016789])[-. )]?(\d{3,4})[-. ]?(\d{4})")
_ROLES = frozenset(
    ("info", "admin", "contact", "sales", "support", "help", "office", "mail", "hello", "master", "webmaster")
)
_COMPANY = re.compile(
    r"\((?:주|유|재|사)\)|주식회사|유한회사|(?:재단|사단)법인|\b(?:inc|ltd|llc|corp|co|company|corporation|limited|gmbh)\b"
)
_SOFT = frozenset("aeiouhwy")
_MOST = 20  # of a kind: a person with more addresses is a switchboard
_LONGEST = 200  # letters of a field


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person, as it was written. Everything may be missing.

    ``names``: everything she is called; ``given`` and ``family`` where a form asked for them apart. ``address`` is one
    line, or its parts stand apart. ``number``: one that a company gave her (membership, customer number).
    """

    names: tuple[str, ...] = ()
    given: str = ""
    family: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    birth: str = ""
    address: str = ""
    street: str = ""
    house: str = ""
    town: str = ""
    postcode: str = ""
    company: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The comparable forms; None or () where nothing is known. Lists are sorted, the singular one is the first said.

    - ``called``: family and given name by sound; ``alone``: the given name if what looks like the family's is none of
      it; ``names``: every such name; ``sounds``: what is left of their words without vowels and order; ``initials``:
      초성
    - ``mailboxes``: what stands before the @; ``halves``: a sound with half of a telephone number, of which a slip
      leaves the other half
    - ``birth``: YYYYMMDD; ``area``: the postcode, else the town
    """

    called: str | None = None
    family: str | None = None
    given: str | None = None
    alone: str | None = None
    names: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    initials: str | None = None
    email: str | None = None
    emails: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    phone: str | None = None
    phones: tuple[str, ...] = ()
    halves: tuple[str, ...] = ()
    birth: str | None = None
    year: str | None = None
    town: str | None = None
    street: str | None = None
    house: str | None = None
    unit: str | None = None
    postcode: str | None = None
    area: str | None = None
    company: str | None = None
    number: str | None = None

    def row(self) -> dict[str, Any]:
        """By column: what conditions and keys are asked of, and what DuckDB gets."""
        return asdict(self)


LISTS = ("names", "sounds", "emails", "mailboxes", "phones", "halves")
COLUMNS = tuple(one.name for one in fields(Record))


def record(known: Known) -> Record:
    """The comparable forms of what is known."""
    spoken = _spoken(known)
    emails = _each(normal.normalise("email", one[:300]) for one in known.emails[:_MOST])
    phones = _each(phone(one[:_LONGEST]) for one in known.phones[:_MOST])
    where = _where(known)
    born = birth(known.birth[:_LONGEST])
    sounds = _sorted(sound(word) for one in spoken for word in (one.family, one.given, one.alone))
    first = next((one for one in spoken if one.called), spoken[0] if spoken else Name())
    return Record(
        called=first.called or None,
        family=first.family or None,
        given=first.given or None,
        alone=first.alone or None,
        names=_sorted(one.called for one in spoken),
        sounds=sounds,
        initials=next((one.initials for one in spoken if one.initials), None),
        email=emails[0] if emails else None,
        emails=_sorted(emails),
        mailboxes=_sorted(mailbox(one) for one in emails),
        phone=phones[0] if phones else None,
        phones=_sorted(phones),
        halves=_halves(sounds, phones),
        birth=born or None,
        year=born[:4] or None,
        town=where.town or None,
        street=where.street or None,
        house=where.house or None,
        unit=where.unit or None,
        postcode=where.postcode or None,
        area=where.postcode or where.town or None,
        company=company(known.company[:_LONGEST]) or None,
        number=re.sub(r"[^0-9A-Za-z]", "", known.number[:_LONGEST]).upper() or None,
    )


def _spoken(known: Known) -> list[Name]:
    said = [parts(known.given[:_LONGEST], known.family[:_LONGEST])] if known.given or known.family else []
    said += [found for text in known.names[:_MOST] for found in names(text)]
    return [one for one in said if one != Name()][:_MOST]


def _where(known: Known) -> addresses.Address:
    if known.address:
        return addresses.address(known.address)
    return addresses.parts(*(one[:_LONGEST] for one in (known.street, known.house, known.town, known.postcode)))


def _halves(sounds: Sequence[str], phones: Sequence[str]) -> tuple[str, ...]:
    return _sorted(f"{one} {half}" for one in sounds for number in phones for half in (number[:-4], number[-4:]))


def _each(values: Iterable[str]) -> list[str]:
    return [one for one in dict.fromkeys(values) if one][:_MOST]


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in values if one}))


def phone(text: str) -> str:
    """E.164 as :func:`normal.phone` has it; Korean mobile numbers, nearly all there are, without its detour."""
    found = _MOBILE.fullmatch(text.strip())
    if found:
        return f"+82{found[1]}{found[2]}{found[3]}"
    return normal.normalise("phone", text)


def mailbox(email: str) -> str:
    """What stands before the @, without a plus-address; '' for a role (info@) and for what is too short to be hers."""
    local = email.partition("@")[0].partition("+")[0]
    return "" if local in _ROLES or len(local) < 5 else local


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """A word's first letter and the consonants in it, in order of the alphabet: most slips leave it as it is."""
    return word[:1] + "".join(sorted(set(word[1:]) - _SOFT))


@lru_cache(maxsize=4_096)
def birth(text: str) -> str:
    """YYYYMMDD of 1990-03-07, 1990.3.7, 19900307 and 900307; '' of anything else."""
    digits = [one for one in re.split(r"\D+", text.strip()) if one]
    if len(digits) == 1 and len(digits[0]) in (6, 8):
        whole = digits[0]
        digits = [whole[:-4], whole[-4:-2], whole[-2:]]
    if len(digits) != 3 or len(digits[0]) not in (2, 4):
        return ""
    year, month, day = digits
    if len(year) == 2:
        year = ("19" if year > "26" else "20") + year
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ""
    return f"{year}{int(month):02}{int(day):02}"


@lru_cache(maxsize=4_096)
def company(text: str) -> str:
    """A company without its legal form, in lower-case Latin letters: (주)하늘상사 and 하늘상사 are one."""
    plain = _COMPANY.sub(" ", unicodedata.normalize("NFKC", text).lower())
    return latin(re.sub(r"[\W_]", "", plain))
