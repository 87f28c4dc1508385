"""Times, sizes and names as the reader writes them: Jinja filters, usable from code inside `speaking()`."""

from __future__ import annotations

import re
import unicodedata
import zlib
from datetime import datetime, timedelta
from functools import lru_cache

from babel.dates import format_datetime

from madang.lib.language import gettext as _
from madang.lib.language import reader

_PATTERNS = {
    "ko": {
        "time": "aaaa h:mm",
        "short": "M월 d일",
        "short_year": "y년 M월 d일",
        "day": "M월 d일 EEEE",
        "day_year": "y년 M월 d일 EEEE",
        "full": "y년 M월 d일 EEEE aaaa h:mm",
    },
    "en": {
        "time": "HH:mm",
        "short": "d MMM",
        "short_year": "d MMM y",
        "day": "EEEE d MMMM",
        "day_year": "EEEE d MMMM y",
        "full": "EEEE d MMMM y, HH:mm",
    },
}


def _say(at: datetime, form: str) -> str:
    return _written(at.replace(second=0, microsecond=0, tzinfo=None), form, reader().language)


@lru_cache(4_096)
def _written(here: datetime, form: str, language: str) -> str:
    """A minute in words. The same ones stand in every row and message; to write one takes as long as to read a row."""
    return format_datetime(here, _PATTERNS[language][form], locale=language)


def _days_ago(here: datetime) -> int:
    return (reader().now.date() - here.date()).days


def hour(at: datetime) -> str:
    """Only the time of day: 오후 2:30, 14:30."""
    return _say(at.astimezone(reader().zone), "time")


def clock(at: datetime) -> str:
    """The shortest thing that tells when: the time today, "Yesterday", the day this year, else the date."""
    here = at.astimezone(reader().zone)
    ago = _days_ago(here)
    if ago == 0:
        return _say(here, "time")
    if ago == 1:
        return _("Yesterday")
    return _say(here, "short" if here.year == reader().now.year else "short_year")


def day(at: datetime) -> str:
    """A day as a heading: Today, Yesterday, 11월 20일 금요일."""
    here = at.astimezone(reader().zone)
    ago = _days_ago(here)
    if ago in (0, 1):
        return _("Yesterday") if ago else _("Today")
    return _say(here, "day" if here.year == reader().now.year else "day_year")


def date(at: datetime) -> str:
    """The date with its year: 2026년 11월 20일, 20 Nov 2026."""
    return _say(at.astimezone(reader().zone), "short_year")


def moment(at: datetime) -> str:
    """Everything: what a pointer held over a time reads."""
    return _say(at.astimezone(reader().zone), "full")


def ago(at: datetime) -> str:
    """How long since, coarsely: just now, 5 min ago, 3 h ago, then as :func:`clock`."""
    passed = reader().now - at
    if passed < timedelta(minutes=1):
        return _("just now")
    if passed < timedelta(hours=1):
        return _("%(n)s min ago") % {"n": passed // timedelta(minutes=1)}
    if passed < timedelta(hours=12):
        return _("%(n)s h ago") % {"n": passed // timedelta(hours=1)}
    return clock(at)


def same_day(one: datetime, other: datetime | None) -> bool:
    """Whether both fall on one day where the reader is."""
    return other is not None and one.astimezone(reader().zone).date() == other.astimezone(reader().zone).date()


def filesize(size: int) -> str:
    """Bytes as people say them: 340 B, 12 kB, 4.5 MB."""
    if size < 1000:
        return f"{size} B"
    for unit in ("kB", "MB", "GB"):
        size_in = size / 1000
        if size_in < 1000 or unit == "GB":
            return f"{size_in:.1f} {unit}" if size_in < 10 else f"{size_in:.0f} {unit}"
        size = int(size_in)
    raise AssertionError("unreachable")


def hue(name: str) -> int:
    """0 to 7, always the same for a name: the colour of an avatar."""
    return zlib.crc32(unicodedata.normalize("NFC", name).encode()) % 8


def initials(name: str) -> str:
    """What an avatar shows: 미나 for 김미나, MC for Mia Carter, the first letter of an address."""
    words = [word for word in unicodedata.normalize("NFC", name).split() if word[0].isalnum()]
    if not words:
        return "·"
    if hangul := re.match(r"[가-힣]+", words[0]):
        return hangul[0][-2:]
    if words[0][0].isdigit():
        return words[-1][-2:]
    return "".join(word[0] for word in words[:2] if "@" not in word or word is words[0]).upper()
