"""Times as people say them, in Korean and English: "내일 오전 9시", "3시간 뒤", "next monday", "in 2 days". Pure.

A day alone means the morning of it; an hour alone the next time it is that hour. All is said in somebody's own zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)
EVENING = time(18)
PARTS = {  # of a day, when it is called by name
    **dict.fromkeys(("아침", "morning"), MORNING),
    **dict.fromkeys(("점심", "정오", "noon", "lunch"), time(12)),
    **dict.fromkeys(("afternoon",), time(14)),
    **dict.fromkeys(("저녁", "evening", "tonight"), EVENING),
    **dict.fromkeys(("밤", "night"), time(21)),
}
DAYS = {
    **{word: n for n, word in enumerate("월화수목금토일")},
    **{word: n for n, word in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
AHEAD = {
    **dict.fromkeys(("오늘", "today", "tonight"), 0),
    **dict.fromkeys(("내일", "tomorrow", "tmrw", "tmr"), 1),
    **dict.fromkeys(("모레", "내일모레"), 2),
    "글피": 3,
}
MONTHS = {
    word: n + 1
    for n, word in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
COUNTED = {
    **{word: n + 1 for n, word in enumerate(("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"))},
    **{
        word: n + 1
        for n, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
    },
    **dict.fromkeys(("a", "an", "하루", "일주일"), 1),
    **dict.fromkeys(("이틀",), 2),
    **dict.fromkeys(("사흘",), 3),
    "half": 0.5,
    "half an": 0.5,
    "반": 0.5,
}
UNITS = {
    **dict.fromkeys(("분", "minute", "minutes", "min", "mins", "m"), timedelta(minutes=1)),
    **dict.fromkeys(("시간", "hour", "hours", "hr", "hrs", "h"), timedelta(hours=1)),
    **dict.fromkeys(("일", "날", "day", "days", "d"), timedelta(days=1)),
    **dict.fromkeys(("주", "주일", "week", "weeks", "w"), timedelta(weeks=1)),
}
MONTH = re.compile(r"(?:in )?(\d+|한|두|세|네|a|one|two|three|six)\s*(?:개월|달|months?)(?:\s*(?:뒤|후|later))?(?:에)?")
_N = r"(\d+(?:\.\d+)?|half an?|[a-z]+|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|반)"
_UNIT = r"(분|시간|일|주일|주|minutes?|mins?|hours?|hrs?|days?|weeks?|[mhdw])"
_LATER = re.compile(rf"(?:in )?{_N}\s*{_UNIT}(\s*반)?(?:\s*(?:뒤|후|later))?(?:에)?")
_ALONE = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "일주일": 7, "보름": 15}
_NAMED = re.compile(rf"({'|'.join(_ALONE)})\s*(?:뒤|후)(?:에)?")
_HALF = r"(am|pm|a\.m\.|p\.m\.|오전|오후|아침|낮|저녁|밤|새벽)"
_KOREAN = re.compile(rf"(?:{_HALF}\s*)?(\d{{1,2}})\s*시(?:\s*(?:(\d{{1,2}})\s*분|(반)))?(?:에|쯤)?")
_CLOCK = re.compile(rf"(?:{_HALF}\s*)?(?:at )?(\d{{1,2}}):(\d{{2}})\s*{_HALF}?")
_ENGLISH = re.compile(r"(?:at )?(\d{1,2})\s*(am|pm|a\.m\.|p\.m\.|o.?clock)")
_WEEKDAY = re.compile(
    r"(?:(이번|다음|다다음)\s*주\s*)?([월화수목금토일])요일(?:에)?|(이번|다음|다다음)\s*주\s*([월화수목금토일])(?![가-힣])(?:에)?"
    r"|(?:(this|next|on) )?(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs|r)?\b"
)
_DATE = re.compile(
    r"(?:(\d{4})[-./년]\s*)?(\d{1,2})\s*[-./월]\s*(\d{1,2})(?:일|\b)"
    rf"|(?:on )?({'|'.join(MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|(?:on )?(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(MONTHS)})[a-z]*\b"
)
_WEEK = re.compile(r"(다음|다다음)\s*주(?:에)?|next week|(this )?weekend|(이번\s*)?주말|next month|다음\s*달")
_NOON = re.compile(rf"(?:in the |at |this )?\b({'|'.join(PARTS)})\b(?:에)?|({'|'.join(PARTS)})(?:에)?")


class NotATime(ValueError):
    """Nobody can say when this is."""


@dataclass(slots=True)
class _Said:
    """What was understood so far; ``rest`` is still to be."""

    rest: str
    now: datetime
    day: date | None = None
    at: time | None = None

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
    if not clean:
        raise NotATime(text)
    later = _later(clean, here)
    if later is not None:
        return later
    said = _Said(clean, here)
    for read in (_iso, _dates, _weekdays, _weeks, _ahead, _hours, _parts):
        read(said)
    if said.rest.strip(" ~에") or (said.day is None and said.at is None):
        raise NotATime(text)
    return _moment(said)


def _later(text: str, here: datetime) -> datetime | None:
    """So long from now."""
    if found := _NAMED.fullmatch(text):
        return _days_on(here, _ALONE[found[1]])
    if found := MONTH.fullmatch(text):
        return _months_on(here, int(_count(found[1]) or 0))
    found = _LATER.fullmatch(text)
    if found is None or (many := _count(found[1])) is None:
        return None
    unit = UNITS[found[2]]
    many += 0.5 if found[3] else 0
    if unit >= timedelta(days=1):
        return _days_on(here, round(many * unit.days))
    return _kept(here.astimezone(UTC), unit * many)


def _kept(at: datetime, later: timedelta) -> datetime:
    try:
        return (at + later).replace(microsecond=0)
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
    found = said.take(_DATE)
    if found is None:
        return
    year = int(found[1]) if found[1] else said.now.year
    month = int(found[2]) if found[2] else MONTHS[found[4] or found[7]]
    day = int(found[3] or found[5] or found[6])
    try:
        said.day = date(year, month, day)
        if not found[1] and said.day < said.now.date():
            said.day = date(year + 1, month, day)
    except ValueError:
        raise NotATime(said.rest) from None


def _weekdays(said: _Said) -> None:
    """A day of this week or of the next: weeks begin on Monday; "next monday" is the one after today."""
    found = said.take(_WEEKDAY)
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
    found = said.take(_WEEK)
    if found is None or said.day:
        return
    today, words = said.now.date(), found[0]
    monday = today - timedelta(days=today.weekday())
    if "주말" in words or "weekend" in words:
        saturday = monday + timedelta(days=5)
        said.day = saturday if saturday > today else saturday + timedelta(weeks=1)
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
    if found := said.take(_KOREAN):
        said.at = _clock(int(found[2]), 30 if found[4] else int(found[3] or 0), found[1] or "")
    elif found := said.take(_CLOCK):
        said.at = _clock(int(found[2]), int(found[3]), found[1] or found[4] or "")
    elif found := said.take(_ENGLISH):
        said.at = _clock(int(found[1]), 0, found[2])


def _clock(hour: int, minute: int, half: str) -> time:
    """A time of day as it is said: 오후 3시 is 15:00, 밤 12시 midnight."""
    if half in ("pm", "p.m.", "오후", "저녁", "낮") or (half == "밤" and hour >= 6):
        hour += 12 if hour < 12 else 0
        hour = 0 if half in ("밤", "저녁") and hour == 12 else hour
    elif half in ("am", "a.m.", "오전", "새벽", "밤") and hour == 12:
        hour = 0
    if half == "밤" and hour == 24:
        hour = 0
    if hour > 23 or minute > 59:
        raise NotATime(str(hour))
    return time(hour, minute)


def _parts(said: _Said) -> None:
    if said.at is None and (found := said.take(_NOON)):
        said.at = PARTS[found[1] or found[2]]
        said.day = said.day or (said.now.date() if said.at > said.now.time() else None)


def _moment(said: _Said) -> datetime:
    """Day and hour together, in UTC. An hour alone is the next one."""
    zone = said.now.tzinfo
    at = said.at or MORNING
    day = said.day or said.now.date()
    try:
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
