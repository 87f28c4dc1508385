"""Times as people say them, in Korean and English: "내일 오전 9시", "3시간 뒤", "next monday", "in 2 days". Pure.

A day alone means the morning of it; an hour alone the next time it is that hour, and one to six, said without a half of
the day (3시, at 3), is the afternoon. What contradicts itself is no time. All is said in somebody's own zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from madang.conversations.inbox.when_spans import NotATime, count, first_of, later, span
from madang.conversations.inbox.when_words import (
    AHEAD,
    ALONE,
    CLOCK,
    DATE,
    DAY,
    DAYS,
    DAYS_ON,
    ENGLISH,
    EVENING,
    HALVES,
    KOREAN,
    MONTH_END,
    MONTHS,
    MORNING,
    NOON,
    PART_OF,
    PARTS,
    SAID_SO,
    UNITS,
    WEEK,
    WEEKDAY,
)

__all__ = ["NotATime", "presets", "when"]


@dataclass(slots=True)
class _Said:
    """What was understood so far; ``rest`` is still to be."""

    rest: str
    now: datetime
    day: date | None = None
    at: time | None = None
    late: bool = False  # midnight and after, as the night of a day: 오늘 밤 12시 is tomorrow's first minute
    weekday: int | None = None  # said without its week
    week: date | None = None  # the Monday of the week that was said, whose day may follow

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first place that fits, taken out."""
        found = pattern.search(self.rest)
        if found:
            self.rest = (self.rest[: found.start()] + " " + self.rest[found.end() :]).strip()
        return found


def when(text: str, now: datetime, zone: str) -> datetime:
    """The moment (UTC) that is meant, seen from ``zone`` (an IANA name). Raises NotATime.

    It may be past: whoever asks decides what that means.
    """
    here = now.astimezone(ZoneInfo(zone))
    clean = " ".join(unicodedata.normalize("NFKC", text).casefold().replace(",", " ").split())[:100]
    for shape, instead in SAID_SO:
        clean = shape.sub(instead, clean).strip()
    if not clean:
        raise NotATime(text)
    if (at := later(clean, here)) is not None:
        return at
    said = _Said(clean, here)
    for read in (_iso, _dates, _days_ahead, _month_end, _day_of_month, _weekdays, _weeks, _ahead, _hours, _parts):
        read(said)
    if said.rest.strip(" ~에") or (said.day is None and said.at is None):
        raise NotATime(text)
    return _moment(said)


def _iso(said: _Said) -> None:
    """As a form writes it: 2026-11-23T09:00."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d)(?::\d\d)?", said.rest)
    if found:
        try:
            said.day, said.at, said.rest = date.fromisoformat(found[1]), time.fromisoformat(found[2]), ""
        except ValueError:
            raise NotATime(said.rest) from None


def _dates(said: _Said) -> None:
    found = said.take(DATE)
    if found is None:
        return
    years = [int(named)] if (named := found[1] or found[6] or found[9]) else range(said.now.year, said.now.year + 5)
    month = int(found[2]) if found[2] else MONTHS[found[4] or found[8]]
    day = int(found[3] or found[5] or found[7])
    said.day = _first(((year, month, day) for year in years), said.now.date() if not named else date.min)


def _days_ahead(said: _Said) -> None:
    """3일 뒤 오전 9시, in two weeks at 9 am; of weeks a day of theirs may be said too: 2주 뒤 월요일."""
    found = said.take(DAYS_ON)
    if found is None:
        return
    many = ALONE.get(found[5]) or (count(found[1] or found[3]) or 0) * UNITS[found[2] or found[4]].days
    if said.day or not 0 < many < 1_000:
        raise NotATime(said.rest)
    said.day = said.now.date() + timedelta(days=int(many))
    if (found[2] or found[4] or found[5]).startswith(("week", "주", "일주")):
        said.week = said.day - timedelta(days=said.day.weekday())


def _month_end(said: _Said) -> None:
    """월말, 12월 말, end of next month: the last day of it."""
    found = said.take(MONTH_END)
    if found is None:
        return
    if said.day:
        raise NotATime(said.rest)
    now = said.now.date()
    if found[2] and not 0 < int(found[2]) <= 12:
        raise NotATime("no such month")
    month = int(found[2] or now.month + int("다음" in found[0] or "next" in found[0]))
    said.day = first_of(now.year + int(month < now.month), month + 1) - timedelta(days=1)


def _day_of_month(said: _Said) -> None:
    """25일 오전 9시, 다음 달 3일; without a month the next that has such a day."""
    found = said.take(DAY)
    if found is None:
        return
    if said.day:
        raise NotATime(said.rest)
    now = said.now
    first, last = {"이번": (0, 1), "다음": (1, 2)}.get(found[1] or "", (0, 13))
    months = (divmod(now.year * 12 + now.month - 1 + on, 12) for on in range(first, last))
    said.day = _first(((year, month + 1, int(found[2])) for year, month in months), now.date())


def _first(some: Iterable[tuple[int, int, int]], since: date) -> date:
    """The first of these that there is, not before ``since``."""
    for year, month, day in some:
        try:
            made = date(year, month, day)
        except ValueError:
            continue
        if made >= since:
            return made
    raise NotATime("no such day")


def _weekdays(said: _Said) -> None:
    """A day of this week or of the next: weeks begin on Monday; "next monday" is the one after today."""
    found = said.take(WEEKDAY)
    if found is None:
        return
    wanted = DAYS[found[2] or found[4] or found[6]]
    today = said.now.date()
    week = found[1] or found[3]
    if said.day and (week or (said.week is None and said.day.weekday() != wanted)):
        raise NotATime("a day of another name")
    if week:
        monday = today - timedelta(days=today.weekday())
        said.day = monday + timedelta(weeks={"이번": 0, "다음": 1, "다다음": 2}[week], days=wanted)
    elif said.week:
        said.day = said.week + timedelta(days=wanted)
    elif said.day is None:
        said.weekday = wanted
        said.day = today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _weeks(said: _Said) -> None:
    """The week, weekend or month after this one: its first day, or the one that was said before: friday next week."""
    found = said.take(WEEK)
    if found is None:
        return
    first, days = span(found[0], said.now.date())
    if said.weekday is not None:
        said.day = first + timedelta(days=(said.weekday - first.weekday()) % 7)
    said.day = said.day or first
    if not first <= said.day < first + timedelta(days=days):
        raise NotATime(found[0])


def _ahead(said: _Said) -> None:
    for word in sorted(AHEAD, key=len, reverse=True):
        if word in said.rest and said.day is None:
            said.day = said.now.date() + timedelta(days=AHEAD[word])
            said.rest = said.rest.replace(word, "tonight" if word == "tonight" else " ", 1).strip()


def _hours(said: _Said) -> None:
    bare = True  # whether it may be said as people speak; 3:00 is as clocks write it
    if found := said.take(KOREAN):
        hour, half, minute = found[2], found[1] or "", 30 if found[4] else int(found[3] or 0)
    elif found := said.take(CLOCK):
        hour, half, minute = found[3], _half(said, found[1] or found[5] or ""), int(found[4])
        bare = bool(found[2])
    elif found := said.take(ENGLISH):
        hour, half, minute = found[1] or found[3] or found[4], _half(said, found[2] or ""), 0
    else:
        return
    if bare and not half and re.fullmatch("[1-6]", hour):
        half = "pm"
    night = half in ("밤", "저녁")
    said.late = int(hour) == 24 or (night and int(hour) in (0, 1, 2, 3, 4, 12))
    said.at = _clock(int(hour), minute, half)


def _half(said: _Said, half: str) -> str:
    """The half of the day, also where a part of it is named before or after: tomorrow morning at 9."""
    named = HALVES[found[1]] if (found := said.take(PART_OF)) else ""
    if half and named and half.startswith(("a", "오전", "아침", "새벽")) != (named == "am"):
        raise NotATime(said.rest)
    return half or named


def _clock(hour: int, minute: int, half: str) -> time:
    """A time of day as it is said: 오후 3시 is 15:00, 밤 12시 midnight."""
    if half in ("pm", "p.m.", "오후", "저녁", "낮") or (half == "밤" and hour >= 5):
        hour += 12 if hour < 12 else 0
        hour = 0 if half in ("밤", "저녁") and hour == 12 else hour
    elif half in ("am", "a.m.", "오전", "새벽", "밤") and hour == 12:
        hour = 0
    if hour == 24 and not minute:
        hour = 0
    if hour > 23 or minute > 59:
        raise NotATime(str(hour))
    return time(hour, minute)


def _parts(said: _Said) -> None:
    if said.at is None and (found := said.take(NOON)):
        said.at = PARTS[found[1] or found[2]]
        said.late = not said.at.hour
        said.day = said.day or (said.now.date() if said.at > said.now.time() else None)


def _moment(said: _Said) -> datetime:
    """Day and hour together, in UTC. An hour alone is the next one."""
    zone = said.now.tzinfo
    at = said.at or MORNING
    day = said.day or said.now.date()
    try:
        day += timedelta(days=int(said.late and said.day is not None))
        made = datetime.combine(day, at, zone)
        if said.day is None and made <= said.now:
            made = datetime.combine(day + timedelta(days=1), at, zone)
        return made.astimezone(UTC)
    except OverflowError:
        raise NotATime("too far") from None


def _this_evening(here: datetime) -> date | None:
    return here.date() if here.time() < time(17) else None


# What is offered with one press: its name, and the day and hour it means; None where that is past today.
PRESETS: Mapping[str, tuple[Callable[[datetime], date | None], time]] = {
    "evening": (_this_evening, EVENING),
    "tomorrow": (lambda here: here.date() + timedelta(days=1), MORNING),
    "weekend": (lambda here: _saturday(here.date()), MORNING),
    "monday": (lambda here: here.date() + timedelta(days=7 - here.weekday()), MORNING),
    "month": (lambda here: (here.date().replace(day=1) + timedelta(days=32)).replace(day=1), MORNING),
}


def _saturday(today: date) -> date | None:
    return today + timedelta(days=5 - today.weekday()) if today.weekday() < 4 else None


def presets(now: datetime, zone: str) -> list[tuple[str, datetime]]:
    """What is offered, each with its moment in UTC, the soonest first."""
    here = now.astimezone(ZoneInfo(zone))
    made = [("hour", (now + timedelta(hours=3)).replace(microsecond=0))]
    for name, (day_of, at) in PRESETS.items():
        if day := day_of(here):
            made.append((name, datetime.combine(day, at, here.tzinfo).astimezone(UTC)))
    return sorted(made, key=lambda one: one[1])
