"""What stands in a cell, in our spelling: numbers, moments, countries, languages, time zones. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale

from madang.customers.typed import Defined
from madang.lib.zones import zones

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_ISO = re.compile(r"(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?(?:[T\s]+(.*))?")
_KOREAN = re.compile(r"(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일\s*(.*)")
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[,\s]+(.*))?")
_WORDED = ("%b %d, %Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y")
_TRUTHS = {"예": "yes", "네": "yes", "y": "yes", "o": "yes", "아니오": "no", "아니요": "no", "n": "no", "x": "no"}
_TIME = re.compile(
    r"(오전|오후|AM|PM)?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(AM|PM)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?", re.I
)


def phone_number(text: str, region: str) -> str:
    """E.164, a number without a country read as one of ``region``; '' when it is none."""
    given = text.strip().removeprefix("'")
    try:
        number = phonenumbers.parse(f"+{given[2:]}" if given.startswith("00") else given, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number) or len(given) > 40:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def instant(text: str, timezone: str, *, day_first: bool) -> datetime | None:
    """A moment that was, in UTC; one without a zone is in ``timezone``. None when it is none, or before 1970."""
    made = _instant(text.strip(), timezone, day_first)
    return made if made and EARLIEST <= made <= datetime.now(UTC) + timedelta(days=1) else None


def spelled(text: str, field: Defined, timezone: str, *, day_first: bool) -> str:
    """What a cell says as the company's own field takes it: a day in ISO, a choice as it is spelled, yes for 예."""
    given = " ".join(text.split())
    match field.kind:
        case "date":
            moment = _instant(given, timezone, day_first)
            return moment.astimezone(ZoneInfo(timezone)).date().isoformat() if moment else given
        case "choice":
            return next((one for one in field.choices if one.casefold() == given.casefold()), given)
        case "bool":
            return _TRUTHS.get(given.casefold(), given)
    return given


def _instant(text: str, timezone: str, day_first: bool) -> datetime | None:
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if found := _ISO.fullmatch(text) or _KOREAN.fullmatch(text):
        year, month, day, rest = int(found[1]), int(found[2]), int(found[3]), found[4]
    elif found := _SLASHED.fullmatch(text):
        one, two, year, rest = int(found[1]), int(found[2]), int(found[3]), found[4]
        day, month = (one, two) if day_first or one > 12 else (two, one)
    else:
        return _worded(text, timezone)
    try:
        return _at(datetime(year, month, day), rest or "", timezone)
    except (ValueError, OverflowError):
        return None


def _worded(text: str, timezone: str) -> datetime | None:
    for pattern in _WORDED:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _at(day: datetime, rest: str, timezone: str) -> datetime | None:
    found = _TIME.match(rest) if rest else None
    if rest and not found:
        return None
    zone: object = ZoneInfo(timezone)
    if found:
        half = (found[1] or found[5] or "").upper()
        hour = int(found[2]) % 12 + 12 if half in ("오후", "PM") else int(found[2]) % (12 if half else 24)
        day = day.replace(hour=hour, minute=int(found[3]), second=int(found[4] or 0))
        if found[6]:
            day = datetime.fromisoformat(f"{day.isoformat()}{_offset(found[6])}")
    aware = day if day.tzinfo else day.replace(tzinfo=zone)  # type: ignore[arg-type]
    return aware.astimezone(UTC)


def _offset(text: str) -> str:
    if text.upper() in ("Z", "UTC"):
        return "+00:00"
    return text if ":" in text else f"{text[:3]}:{text[3:]}"


def days_first(values: Iterable[str]) -> bool:
    """Whether 01/02/2024 is the first of February here: shown by a date whose first number is above 12."""
    found = [_SLASHED.fullmatch(one.strip()) for one in values]
    return any(int(one[1]) > 12 for one in found if one) and not any(int(one[2]) > 12 for one in found if one)


def country(text: str) -> str:
    """Two letters (ISO 3166), from them or from its name in English or Korean; '' when unknown."""
    given = text.strip()
    if len(given) == 2 and given.upper() in Locale("en").territories:
        return given.upper()
    return _countries().get(given.casefold(), "")


def language(text: str) -> str:
    """A BCP 47 tag, from one or from its name in English or Korean; '' when unknown."""
    given = text.strip().replace("_", "-")
    if (
        re.fullmatch(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", given)
        and given.partition("-")[0].lower() in Locale("en").languages
    ):
        first, dash, rest = given.partition("-")
        return f"{first.lower()}{dash}{rest.upper() if len(rest) == 2 else rest}"
    return _languages().get(given.casefold(), "")


def timezone(text: str) -> str:
    """An IANA name, from one or from its city; '' when unknown."""
    given = text.strip()
    return given if given in zones() else _cities().get(given.casefold().replace("_slash_", "/"), "")


@cache
def _countries() -> dict[str, str]:
    more = {"usa": "US", "uk": "GB", "korea": "KR", "republic of korea": "KR", "한국": "KR", "england": "GB"}
    return _names(Locale(tongue).territories.items() for tongue in ("ko", "en")) | more


@cache
def _languages() -> dict[str, str]:
    return _names(Locale(tongue).languages.items() for tongue in ("ko", "en"))


def _names(tables: Iterable[Iterable[tuple[str, str]]]) -> dict[str, str]:
    return {name.casefold(): code for table in tables for code, name in table if code.isalpha()}


@cache
def _cities() -> dict[str, str]:
    every: Sequence[str] = sorted(zones())
    return {one.rpartition("/")[2].replace("_", " ").casefold(): one for one in every if one.count("/") == 1}
