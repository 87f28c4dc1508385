"""Moments at which an answer may leave: what is offered, in both clocks, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from madang.conversations.scheduling import Waiting
from madang.lib import moments
from madang.lib.language import gettext, reader
from madang.lib.language import marked as _

MORNING, EVENING = 9, 18  # o'clock
TOMORROW = _("Tomorrow")
AWAKE = range(8, 21)  # hours in which a message disturbs nobody
LANGUAGE_ZONES = {"ko": "Asia/Seoul", "ja": "Asia/Tokyo"}  # spoken in one zone only


@dataclass(frozen=True, slots=True)
class Offer:
    """A moment. ``label`` is a msgid, '' for one that was asked for; ``hers``: in her zone, None where it is ours."""

    label: str
    at: datetime
    hers: datetime | None
    night: bool


def zone_of(timezone: str, language: str = "") -> ZoneInfo | None:
    """Where the customer is, None when nobody knows. A language that is spoken in one zone tells."""
    name = timezone or LANGUAGE_ZONES.get(language.partition("-")[0], "")
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError):
        return None


def offers(now: datetime, mine: ZoneInfo, hers: ZoneInfo | None) -> list[Offer]:
    """What is offered at ``now``; mornings are the customer's."""
    return [offer(label, at, mine, hers) for label, at in _times(now, hers or mine)]


def offer(label: str, at: datetime, mine: ZoneInfo, hers: ZoneInfo | None) -> Offer:
    """One moment, with what it is to her."""
    there = at.astimezone(hers or mine)
    same = there.utcoffset() == at.astimezone(mine).utcoffset()
    return Offer(label, at, None if hers is None or same else there, there.hour not in AWAKE)


def her_clock(one: Offer) -> str:
    """What her clock shows then, with the day where it is another than ours."""
    if one.hers is None:
        return ""
    shown = one.hers.replace(tzinfo=reader().zone)  # written as if it were ours: only the figures count
    hour = moments.hour(shown)
    return hour if shown.date() == one.at.astimezone(reader().zone).date() else f"{moments.day(shown)} {hour}"


def clock_there(one: Waiting) -> str:
    """The same of an answer that waits for its moment."""
    mine, hers = one.at.astimezone(reader().zone), zone_of(one.timezone, one.language)
    there = one.at.astimezone(hers) if hers else mine
    return her_clock(Offer("", one.at, None if there.utcoffset() == mine.utcoffset() else there, False))


def coming(at: datetime) -> str:
    """A moment to come, as short as it is clear: the hour today, else the day and the hour."""
    here = at.astimezone(reader().zone)
    hour = moments.hour(at)
    days = (here.date() - reader().now.date()).days
    if days == 0:
        return hour
    return f"{gettext(TOMORROW) if days == 1 else moments.day(at)} {hour}"


FILTERS: dict[str, Callable[..., Any]] = {"coming": coming, "her_clock": her_clock, "clock_there": clock_there}


def _times(now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, datetime]]:
    here = now.astimezone(zone)
    yield _("In an hour"), now + timedelta(hours=1)
    if here.hour < EVENING - 1:
        yield _("This evening"), _at(here, 0, EVENING)
    yield _("Tomorrow morning"), _at(here, 1, MORNING)
    yield _("Tomorrow afternoon"), _at(here, 1, MORNING + 5)
    monday = 7 - here.weekday()
    if monday > 1:
        yield _("Monday morning"), _at(here, monday, MORNING)


def _at(here: datetime, days: int, hour: int) -> datetime:
    return datetime.combine(here.date() + timedelta(days=days), time(hour), here.tzinfo).astimezone(UTC)
