"""When a message was said, as tokens of the index: its day and its month, in UTC.

A question about a week in spring then reads the entries of that week's days, however old they are; the exact moments
are compared afterwards with the message itself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

MOST_DAYS = 45  # a longer time is asked for by its months
MOST_MONTHS = 36  # a longer one narrows little: it is not asked of the index at all
_INSTANT = timedelta(microseconds=1)
_ZONES = timedelta(days=1)  # past now: a sender's clock may be a little ahead


def marks(at: datetime) -> list[str]:
    """The tokens of a moment."""
    day = at.astimezone(UTC)
    return [f"#d{day:%Y%m%d}", f"#m{day:%Y%m}"]


def between(since: datetime | None, until: datetime | None, now: datetime) -> list[str]:
    """Tokens of which every message of that time has one; none when the time is open or long. ``until`` is outside."""
    if since is None:
        return []
    first, last = since.astimezone(UTC).date(), ((until or now + _ZONES) - _INSTANT).astimezone(UTC).date()
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return [f"#d{first + timedelta(days=number):%Y%m%d}" for number in range(max(days, 1))]
    months = _month(last) - _month(first) + 1
    if months > MOST_MONTHS:
        return []
    return [f"#m{number // 12:04d}{number % 12 + 1:02d}" for number in range(_month(first), _month(last) + 1)]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
