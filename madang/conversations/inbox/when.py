"""Times as people say them, in Korean and English: "내일 오전 9시", "3시간 뒤", "next monday", "in 2 days". Pure.

A day alone means the morning of it; an hour alone the next time it is that hour. All is said in somebody's own zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from madang.conversations.inbox.when_words import (
    AHEAD,
    ALONE,
    CLOCK,
    COUNTED,
    DATE,
    DAY,
    DAYS,
    DAYS_ON,
    ENGLISH,
    EVENING,
    KOREAN,
    LATER,
    MONTH,
    MONTHS,
    MORNING,
    NAMED,
    NOON,
    PARTS,
    SAID_SO,
    UNITS,
    WEEK,
    WEEKDAY,
)


class NotATime(ValueError):
    """Nobody can say when this is."""


@dataclass(slots=True)
class _Said:
    """What was understood so far; ``rest`` is still to be."""

    rest: str
    now: datetime
    day: date | None = None
    at: time | None = None
    late: bool = False  # midnight and after, as the night of a day: 오늘 밤 12시 is tomorrow's first minute

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
    later = _later(clean, here)
    if later is not None:
        return later
    said = _Said(clean, here)
    for read in (_iso, _dates, _days_ahead, _day_of_month, _weekdays, _weeks, _ahead, _hours, _parts):
        read(said)
    if said.rest.strip(" ~에") or (said.day is None and said.at is None):
        raise NotATime(text)
    return _moment(said)


def _later(text: str, here: datetime) -> datetime | None:
    """So long from now."""
    if found := NAMED.fullmatch(text):
        return _days_on(here, ALONE[found[1]])
    if found := MONTH.fullmatch(text):
        return _months_on(here, int(_count(found[1]) or 0))
    found = LATER.fullmatch(text)
    if found is None or (many := _count(found[1])) is None:
        return None
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


def _count(word: str) -> float | None:
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
    """3일 뒤 오전 9시, in two weeks at 9 am."""
    found = said.take(DAYS_ON)
    if found is None or said.day:
        return
    if found[5]:
        many = float(ALONE[found[5]])
    else:
        many = (_count(found[1] or found[3]) or 0) * UNITS[found[2] or found[4]].days
    if not 0 < many < 1_000:
        raise NotATime(said.rest)
    said.day = said.now.date() + timedelta(days=int(many))


def _day_of_month(said: _Said) -> None:
    """25일 오전 9시, 다음 달 3일; without a month the next that has such a day."""
    found = said.take(DAY)
    if found is None or said.day:
        return
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
    if found is None or said.day:
        return
    wanted = DAYS[found[2] or found[4] or found[6]]
    today = said.now.date()
    week = found[1] or found[3]
    if week:
        monday = today - timedelta(days=today.weekday())
        said.day = monday + timedelta(weeks={"이번": 0, "다음": 1, "다다음": 2}[week], days=wanted)
    else:
        said.day = today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _weeks(said: _Said) -> None:
    found = said.take(WEEK)
    if found is None or said.day:
        return
    today, words = said.now.date(), found[0]
    monday = today - timedelta(days=today.weekday())
    if "주말" in words or "weekend" in words:
        saturday = monday + timedelta(days=5)
        next_one = words.startswith(("다음", "next")) or saturday <= today
        said.day = saturday + timedelta(weeks=2 if words.startswith("다다음") else int(next_one))
    elif "month" in words or "달" in words:
        said.day = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        said.day = monday + timedelta(weeks=2 if "다다음" in words else 1)


def _ahead(said: _Said) -> None:
    for word in sorted(AHEAD, key=len, reverse=True):
        if word in said.rest and said.day is None:
            said.day = said.now.date() + timedelta(days=AHEAD[word])
            said.rest = said.rest.replace(word, "tonight" if word == "tonight" else " ", 1).strip()


def _hours(said: _Said) -> None:
    if found := said.take(KOREAN):
        said.late = int(found[2]) == 24 or (found[1] == "밤" and int(found[2]) in (0, 1, 2, 3, 4, 5, 12))
        said.at = _clock(int(found[2]), 30 if found[4] else int(found[3] or 0), found[1] or "")
    elif found := said.take(CLOCK):
        said.late = int(found[2]) == 24
        said.at = _clock(int(found[2]), int(found[3]), found[1] or found[4] or "")
    elif found := said.take(ENGLISH):
        said.at = _clock(int(found[1]), 0, found[2])


def _clock(hour: int, minute: int, half: str) -> time:
    """A time of day as it is said: 오후 3시 is 15:00, 밤 12시 midnight."""
    if half in ("pm", "p.m.", "오후", "저녁", "낮") or (half == "밤" and hour >= 6):
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
