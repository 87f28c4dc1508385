"""Times as the reader writes them, where she is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madang.lib import language, moments
from madang.lib.language import speaking

NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)  # 00:10 of the 22nd in Seoul, 10:10 of the 21st in New York


@pytest.fixture(autouse=True)
def no_catalogues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts stay English: these tests are about times."""
    monkeypatch.setattr(language, "_catalogues", {})


@pytest.mark.parametrize(
    ("reads", "zone", "back", "clock"),
    [
        ("ko", "Asia/Seoul", timedelta(minutes=5), "오전 12:05"),
        ("ko", "Asia/Seoul", timedelta(minutes=30), "Yesterday"),
        ("en", "America/New_York", timedelta(minutes=30), "09:40"),
        ("en", "America/New_York", timedelta(hours=11), "Yesterday"),
        ("ko", "Asia/Seoul", timedelta(days=3), "11월 19일"),
        ("en", "UTC", timedelta(days=3), "18 Nov"),
        ("ko", "Asia/Seoul", timedelta(days=400), "2025년 10월 18일"),
        ("en", "UTC", timedelta(days=400), "17 Oct 2025"),
    ],
)
def test_the_day_begins_at_the_readers_midnight(reads: str, zone: str, back: timedelta, clock: str) -> None:
    with speaking(reads, zone, now=NOW):
        assert moments.clock(NOW - back) == clock


def test_days_as_headings() -> None:
    with speaking("ko", "Asia/Seoul", now=NOW):
        assert moments.day(NOW - timedelta(days=3)) == "11월 19일 목요일"
        assert moments.moment(NOW) == "2026년 11월 22일 일요일 오전 12:10"
        assert moments.same_day(NOW, NOW + timedelta(hours=3))
        assert not moments.same_day(NOW, NOW - timedelta(minutes=30))
        assert not moments.same_day(NOW, None)
    with speaking("en", "UTC", now=NOW):
        assert moments.day(NOW - timedelta(days=400)) == "Friday 17 October 2025"
        assert moments.moment(NOW) == "Saturday 21 November 2026, 15:10"


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "19 Nov"),
    ],
)
def test_how_long_since(back: timedelta, words: str) -> None:
    with speaking("en", "UTC", now=NOW):
        assert moments.ago(NOW - back) == words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("김미나", "미나"),
        ("남궁민", "궁민"),
        ("김미나VIP", "미나"),
        ("Mia Carter", "MC"),
        ("mia@example.com", "M"),
        ("+82 10-1234-5678", "78"),
        ("", "·"),
        ("   ", "·"),
        ("🙂", "·"),
        ("\u1100\u1161", "가"),  # letters as macOS writes them
    ],
)
def test_what_an_avatar_shows(name: str, shown: str) -> None:
    assert moments.initials(name) == shown
    assert moments.hue(name) in range(8)


def test_a_name_has_one_colour_however_it_is_spelled() -> None:
    assert moments.hue("가") == moments.hue("\u1100\u1161")


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1200, "1.2 kB"),
        (45_000, "45 kB"),
        (4_512_000, "4.5 MB"),
        (25 << 20, "26 MB"),
        (3 << 40, "3299 GB"),
    ],
)
def test_sizes(size: int, shown: str) -> None:
    assert moments.filesize(size) == shown
