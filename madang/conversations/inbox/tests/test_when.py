"""Times as people say them: seen from Seoul on Sunday 22 November 2026, 15:30."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from madang.conversations.inbox.when import NotATime, presets, when

SEOUL = "Asia/Seoul"
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=ZoneInfo(SEOUL))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("내일 오전 9시", "2026-11-23 09:00"),
        ("내일", "2026-11-23 09:00"),
        ("내일 3시", "2026-11-23 03:00"),
        ("내일 오후 3시 반", "2026-11-23 15:30"),
        ("내일 저녁", "2026-11-23 18:00"),
        ("내일 저녁 7시", "2026-11-23 19:00"),
        ("모레 14:00", "2026-11-24 14:00"),
        ("오늘 밤 12시", "2026-11-23 00:00"),
        ("오늘 밤 1시", "2026-11-23 01:00"),
        ("오늘 자정까지", "2026-11-23 00:00"),
        ("내일 24:00", "2026-11-24 00:00"),
        ("내일 오후까지", "2026-11-23 14:00"),
        ("월욜 오전", "2026-11-23 09:00"),
        ("담주 화요일", "2026-11-24 09:00"),
        ("다음 주말", "2026-11-28 09:00"),
        ("25일에", "2026-11-25 09:00"),
        ("20일 오전 10시", "2026-12-20 10:00"),
        ("31일 오후 2시", "2026-12-31 14:00"),
        ("다음 달 3일", "2026-12-03 09:00"),
        ("3일 뒤 오전 9시", "2026-11-25 09:00"),
        ("이틀 후에 오후 1시 반", "2026-11-24 13:30"),
        ("2월 29일", "2028-02-29 09:00"),
        ("내일 두 시", "2026-11-23 02:00"),
        ("내일 오후 열두시 반에", "2026-11-23 12:30"),
        ("저녁 일곱 시까지", "2026-11-22 19:00"),
        ("tonight at 8pm", "2026-11-22 20:00"),
        ("9:30pm tonight", "2026-11-22 21:30"),
        ("until friday", "2026-11-27 09:00"),
        ("in two weeks at 9am", "2026-12-06 09:00"),
        ("tomorrow at midnight", "2026-11-24 00:00"),
        ("오늘 밤 11시", "2026-11-22 23:00"),
        ("다음 주 월요일", "2026-11-23 09:00"),
        ("다음주 금요일 오후 2시", "2026-11-27 14:00"),
        ("다다음 주 화요일", "2026-12-01 09:00"),
        ("이번 주 일요일 오후 6시", "2026-11-22 18:00"),
        ("월요일", "2026-11-23 09:00"),
        ("일요일", "2026-11-29 09:00"),
        ("다음 주", "2026-11-23 09:00"),
        ("다음 달", "2026-12-01 09:00"),
        ("주말", "2026-11-28 09:00"),
        ("3시간 뒤", "2026-11-22 18:30"),
        ("세 시간 후에", "2026-11-22 18:30"),
        ("한 시간 반 뒤", "2026-11-22 17:00"),
        ("30분 뒤", "2026-11-22 16:00"),
        ("이틀 뒤", "2026-11-24 15:30"),
        ("3일 후", "2026-11-25 15:30"),
        ("2주 뒤", "2026-12-06 15:30"),
        ("한 달 뒤", "2026-12-22 15:30"),
        ("오후 5시", "2026-11-22 17:00"),
        ("오전 9시", "2026-11-23 09:00"),
        ("12월 3일", "2026-12-03 09:00"),
        ("1월 5일 오전 10시 20분", "2027-01-05 10:20"),
        ("2027년 3월 2일", "2027-03-02 09:00"),
        ("24 December 2030", "2030-12-24 09:00"),
        ("on Dec 24th, 2027 at 3 pm", "2027-12-24 15:00"),
        ("tomorrow 9am", "2026-11-23 09:00"),
        ("tomorrow", "2026-11-23 09:00"),
        ("tomorrow at 2:45 pm", "2026-11-23 14:45"),
        ("tomorrow morning", "2026-11-23 09:00"),
        ("tonight", "2026-11-22 18:00"),
        ("next monday", "2026-11-23 09:00"),
        ("Wednesday at 12 pm", "2026-11-25 12:00"),
        ("thu 8:15", "2026-11-26 08:15"),
        ("next week", "2026-11-23 09:00"),
        ("in 2 days", "2026-11-24 15:30"),
        ("in an hour", "2026-11-22 16:30"),
        ("in half an hour", "2026-11-22 16:00"),
        ("two weeks", "2026-12-06 15:30"),
        ("3h", "2026-11-22 18:30"),
        ("in 1 month", "2026-12-22 15:30"),
        ("Dec 24th 5pm", "2026-12-24 17:00"),
        ("24 december", "2026-12-24 09:00"),
        ("5pm", "2026-11-22 17:00"),
        ("9:00", "2026-11-23 09:00"),
        ("2026-12-24T08:00", "2026-12-24 08:00"),
    ],
)
def test_what_is_meant(said: str, meant: str) -> None:
    assert f"{when(said, NOW, SEOUL).astimezone(ZoneInfo(SEOUL)):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "said", ["", "soon", "언젠가", "25시", "2월 30일", "tomorrow banana", "9", "내일 99시", "99999999 days", "0 months"]
)
def test_what_nobody_can_say(said: str) -> None:
    with pytest.raises(NotATime):
        when(said, NOW, SEOUL)


def test_tomorrow_is_where_she_sits() -> None:
    """At 16:30 in London it is past midnight in Seoul."""
    now = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert when("내일 오전 9시", now, SEOUL) == datetime(2026, 11, 24, 0, tzinfo=UTC)
    assert when("tomorrow 9am", now, "Europe/London") == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_clocks_that_change_keep_the_hour() -> None:
    """Berlin goes back an hour on 25 October 2026: a day later is still nine o'clock."""
    now = datetime(2026, 10, 24, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert when("in 1 day", now, "Europe/Berlin").astimezone(ZoneInfo("Europe/Berlin")).hour == 9


def test_what_is_offered_is_never_past() -> None:
    for hour in range(24):
        now = NOW.replace(hour=hour)
        assert all(at > now for _name, at in presets(now, SEOUL))
    assert "evening" not in dict(presets(NOW.replace(hour=18), SEOUL))


@pytest.mark.parametrize(
    "said", ["9" * 30 + " minutes", "9" * 90 + " hours", "9" * 90 + " weeks", "9" * 20 + "일 뒤 9시"]
)
def test_what_is_beyond_every_calendar_is_no_time(said: str) -> None:
    with pytest.raises(NotATime):
        when(said, NOW, SEOUL)


def test_a_day_there_is_not_in_next_month_is_no_time() -> None:
    with pytest.raises(NotATime):
        when("다음 달 31일", datetime(2026, 1, 31, 9, tzinfo=ZoneInfo(SEOUL)), SEOUL)
    assert when("31일에", datetime(2026, 2, 3, 9, tzinfo=ZoneInfo(SEOUL)), SEOUL).month == 3
