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
        ("내일 3시", "2026-11-23 15:00"),
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
        ("내일 두 시", "2026-11-23 14:00"),
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
        ("3시", "2026-11-23 15:00"),
        ("4시 반", "2026-11-22 16:30"),
        ("6시까지", "2026-11-22 18:00"),
        ("내일 7시", "2026-11-23 07:00"),
        ("내일 새벽 3시", "2026-11-23 03:00"),
        ("내일 아침 6시", "2026-11-23 06:00"),
        ("내일 03시", "2026-11-23 03:00"),
        ("내일 3:00", "2026-11-23 03:00"),
        ("내일 0시", "2026-11-23 00:00"),
        ("낼 9시", "2026-11-23 09:00"),
        ("내일 모레 2시", "2026-11-24 14:00"),
        ("25일", "2026-11-25 09:00"),
        ("25일까지", "2026-11-25 09:00"),
        ("25일 3시", "2026-11-25 15:00"),
        ("25일 뒤", "2026-12-17 15:30"),
        ("25일 동안", "2026-12-17 15:30"),
        ("3일간", "2026-11-25 15:30"),
        ("45일", "2027-01-06 15:30"),
        ("하루 동안", "2026-11-23 15:30"),
        ("2주 뒤 월요일", "2026-11-30 09:00"),
        ("일주일 뒤 수요일 3시", "2026-11-25 15:00"),
        ("3일 뒤 수요일", "2026-11-25 09:00"),
        ("12월 24일 목요일", "2026-12-24 09:00"),
        ("다음 주 25일", "2026-11-25 09:00"),
        ("다음 주말 일요일", "2026-11-29 09:00"),
        ("다음 달 월요일", "2026-12-07 09:00"),
        ("friday next week", "2026-11-27 09:00"),
        ("in two weeks on monday", "2026-11-30 09:00"),
        ("월말", "2026-11-30 09:00"),
        ("월말까지", "2026-11-30 09:00"),
        ("이번 달 말일 5시", "2026-11-30 17:00"),
        ("다음 달 말", "2026-12-31 09:00"),
        ("2월 말", "2027-02-28 09:00"),
        ("end of month", "2026-11-30 09:00"),
        ("by the end of next month", "2026-12-31 09:00"),
        ("tomorrow at 9", "2026-11-23 09:00"),
        ("at 3", "2026-11-23 15:00"),
        ("tomorrow at 3:30", "2026-11-23 15:30"),
        ("tomorrow at 03:30", "2026-11-23 03:30"),
        ("tomorrow at 3 am", "2026-11-23 03:00"),
        ("friday at 5 o'clock", "2026-11-27 17:00"),
        ("tomorrow morning at 6", "2026-11-23 06:00"),
        ("tomorrow at 9 in the evening", "2026-11-23 21:00"),
        ("tonight at 8", "2026-11-22 20:00"),
        ("tonight at 12", "2026-11-23 00:00"),
        ("day after tomorrow", "2026-11-24 09:00"),
        ("the day after tomorrow at 2", "2026-11-24 14:00"),
        ("end of day", "2026-11-22 18:00"),
        ("tomorrow eod", "2026-11-23 18:00"),
        ("by the end of the day", "2026-11-22 18:00"),
        ("for 3 days", "2026-11-25 15:30"),
    ],
)
def test_what_is_meant(said: str, meant: str) -> None:
    assert f"{when(said, NOW, SEOUL).astimezone(ZoneInfo(SEOUL)):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "said",
    [
        *("", "soon", "언젠가", "25시", "2월 30일", "tomorrow banana", "9", "내일 99시", "99999999 days", "0 months"),
        *(
            "3일 뒤 월요일",
            "12월 24일 월요일",
            "다음 주 30일",
            "다음 주 월요일 금요일",
            "0일",
            "13월 말",
            "12월 3일 월말",
        ),
        *("보름 뒤 화요일", "tomorrow morning at 3pm", "next weekend monday", "in 2 days 25일", "오후 3시 오전"),
    ],
)
def test_what_nobody_can_say(said: str) -> None:
    with pytest.raises(NotATime):
        when(said, NOW, SEOUL)


def test_tomorrow_is_where_she_sits() -> None:
    """At 16:30 in London it is past midnight in Seoul."""
    now = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert when("내일 오전 9시", now, SEOUL) == datetime(2026, 11, 24, 0, tzinfo=UTC)
    assert when("tomorrow 9am", now, "Europe/London") == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "said", "meant"),
    [
        ("2026-11-22 00:00", SEOUL, "3시", "2026-11-22 15:00"),
        ("2026-11-22 00:00", SEOUL, "오늘 2시", "2026-11-22 14:00"),
        ("2026-11-22 23:59", SEOUL, "낼 1시", "2026-11-23 13:00"),
        ("2026-01-31 23:59", SEOUL, "25일", "2026-02-25 09:00"),
        ("2026-01-31 10:00", SEOUL, "다음 달 말", "2026-02-28 09:00"),
        ("2026-02-10 10:00", SEOUL, "29일", "2026-03-29 09:00"),
        ("2028-02-10 10:00", SEOUL, "29일까지", "2028-02-29 09:00"),
        ("2028-02-01 00:00", SEOUL, "월말", "2028-02-29 09:00"),
        ("2026-12-15 10:00", SEOUL, "다음 달 말", "2027-01-31 09:00"),
        ("2026-12-31 10:00", SEOUL, "day after tomorrow", "2027-01-02 09:00"),
        ("2026-11-17 10:00", SEOUL, "friday next week", "2026-11-27 09:00"),
        ("2026-11-30 20:00", "America/New_York", "25일", "2026-12-25 09:00"),
        ("2026-11-30 20:00", "America/New_York", "tomorrow at 3", "2026-12-01 15:00"),
        ("2026-11-30 20:00", "America/New_York", "월말", "2026-11-30 09:00"),
    ],
)
def test_at_the_edges_of_days_and_months(now: str, zone: str, said: str, meant: str) -> None:
    """Where she sits: at 20:00 in New York it is the first of December in Seoul already."""
    here = ZoneInfo(zone)
    at = when(said, datetime.fromisoformat(now).replace(tzinfo=here).astimezone(UTC), zone)
    assert f"{at.astimezone(here):%Y-%m-%d %H:%M}" == meant


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
