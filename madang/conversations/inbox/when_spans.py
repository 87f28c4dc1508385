"""So long from now ("3시간 뒤", "in 2 days"), and weeks, weekends and months by their first day. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from madang.conversations.inbox.when_words import ALONE, COUNTED, LATER, MONTH, NAMED, UNITS


class NotATime(ValueError):
    """Nobody can say when this is."""


def later(text: str, here: datetime) -> datetime | None:
    """So long from now."""
    if found := NAMED.fullmatch(text):
        return _days_on(here, ALONE[found[1]])
    if found := MONTH.fullmatch(text):
        return _months_on(here, int(count(found[1]) or 0))
    found = LATER.fullmatch(text)
    if found is None or (many := count(found[1])) is None:
        return None
    if found[2] == "일" and not (found[3] or found[4]) and many <= 31:
        return None  # 25일 is a day of the month, 25일 뒤 is not
    unit = UNITS[found[2]]
    many += 0.5 if found[3] else 0
    if unit >= timedelta(days=1):
        return _days_on(here, round(many * unit.days))
    return _kept(here.astimezone(UTC), unit, many)


def _kept(at: datetime, unit: timedelta, many: float) -> datetime:
    try:
        return (at + unit * many).replace(microsecond=0)
    except OverflowError:
        raise NotATime("too far") from None


def count(word: str) -> float | None:
    return float(word) if word[0].isdigit() else COUNTED.get(word)


def _days_on(here: datetime, days: int) -> datetime:
    """The same time of day, so many days on: also over a change of clocks."""
    try:
        return (here + timedelta(days=days)).replace(microsecond=0).astimezone(UTC)
    except OverflowError:
        raise NotATime("too far") from None


def _months_on(here: datetime, months: int) -> datetime:
    if not 0 < months < 1_000:
        raise NotATime("too far")
    year, month = divmod(here.month - 1 + months, 12)
    for day in (here.day, 30, 29, 28):
        try:
            made = here.replace(year=here.year + year, month=month + 1, day=day, microsecond=0)
            return made.astimezone(UTC)
        except ValueError:
            continue
    raise NotATime("no such day")


def first_of(year: int, month: int) -> date:
    """The first day of a month, which may be one of the next year (13)."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def span(words: str, today: date) -> tuple[date, int]:
    """The first day that is meant, and how many days there are of it."""
    monday = today - timedelta(days=today.weekday())
    if "주말" in words or "weekend" in words:
        saturday = monday + timedelta(days=5)
        next_one = words.startswith(("다음", "next")) or saturday <= today
        return saturday + timedelta(weeks=2 if words.startswith("다다음") else int(next_one)), 2
    if "month" in words or "달" in words:
        first = first_of(today.year, today.month + 1)
        return first, (first_of(today.year, today.month + 2) - first).days
    return monday + timedelta(weeks=2 if "다다음" in words else 1), 7
