"""Quiet hours in her own time zone, over midnight and over a change of the clock; when mails go."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from madang.notifications.wishes import DEFAULT, Quiet, Wishes, read, written

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
NIGHT = Quiet(on=True)  # 22:00 to 08:00


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2026-11-22 13:30", SEOUL, "2026-11-22 23:00"),  # 22:30 there: till 08:00 tomorrow
        ("2026-11-22 16:00", SEOUL, "2026-11-22 23:00"),  # 01:00 there, after midnight
        ("2026-11-22 23:00", SEOUL, None),  # 08:00 sharp
        ("2026-11-22 12:59", SEOUL, None),  # 21:59
        ("2026-11-22 13:30", BERLIN, None),  # the same moment, 14:30 there
        ("2026-10-24 21:00", BERLIN, "2026-10-25 07:00"),  # the night with 25 hours
        ("2027-03-27 22:00", BERLIN, "2027-03-28 06:00"),  # the night with 23
    ],
)
def test_the_night_is_hers(now: str, zone: ZoneInfo, until: str | None) -> None:
    assert NIGHT.until(utc(now), zone) == (utc(until) if until else None)


def test_free_days_join_the_nights_around_them() -> None:
    weekend = Quiet(on=True, free=(5, 6))
    friday_night = utc("2026-11-20 14:00")  # Friday 23:00 in Seoul
    assert weekend.until(friday_night, SEOUL) == utc("2026-11-22 23:00")  # Monday 08:00
    assert weekend.until(utc("2026-11-21 03:00"), SEOUL) == utc("2026-11-22 23:00")  # Saturday noon
    lunch = Quiet(on=True, start=12 * 60, end=13 * 60)
    assert lunch.until(utc("2026-11-23 03:15"), SEOUL) == utc("2026-11-23 04:00")
    always = Quiet(on=True, free=(0, 1, 2, 3, 4, 5, 6))
    assert always.until(friday_night, SEOUL) is not None, "it ends somewhere, and nothing runs for ever"
    assert Quiet().until(friday_night, SEOUL) is None
    assert Quiet(on=True, start=60, end=60).until(utc("2026-11-22 16:30"), SEOUL) is None


def test_do_not_disturb_that_ends_in_the_night_ends_in_the_morning() -> None:
    hers = Wishes(quiet=NIGHT, until=utc("2026-11-22 14:00"))  # until 23:00 in Seoul
    assert hers.silent_until(utc("2026-11-22 10:00"), SEOUL) == utc("2026-11-22 23:00")
    assert Wishes(until=utc("2026-11-22 09:00")).silent_until(utc("2026-11-22 10:00"), SEOUL) is None


@pytest.mark.parametrize(
    ("how", "now", "at"),
    [
        ("soon", "2026-11-22 03:05", "2026-11-22 03:15"),
        ("hourly", "2026-11-22 03:05", "2026-11-22 04:00"),
        ("daily", "2026-11-22 03:05", "2026-11-23 00:00"),  # noon there: tomorrow at 9
        ("daily", "2026-11-22 16:05", "2026-11-23 00:00"),  # 01:05 there: today at 9
        ("never", "2026-11-22 03:05", None),
    ],
)
def test_mails_go_by_her_clock(how: str, now: str, at: str | None) -> None:
    assert read({"mail": how}).mailed_at(utc(now), SEOUL) == (utc(at) if at else None)
    assert Wishes(quiet=NIGHT).mailed_at(utc("2026-11-22 14:00"), SEOUL) == utc("2026-11-22 23:00")


def test_what_was_kept_is_read_and_what_nobody_understands_is_as_never_said() -> None:
    hers = Wishes(kinds={"mine": ("app", "mail"), "team": ("sound",)}, views=(3,), quiet=NIGHT, mail="daily")
    assert read(written(hers)) == hers
    assert hers.ways("mine") == {"app", "mail"}
    assert hers.ways("team") == frozenset(), "what is not in the app is nowhere"
    assert hers.ways("mention") == DEFAULT["mention"]
    assert read({"kinds": {"nonsense": 3}}) == Wishes()
    assert read(None) == Wishes()
