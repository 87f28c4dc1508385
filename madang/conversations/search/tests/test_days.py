"""Every moment of an asked time has one of the tokens the question asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from madang.conversations.search.days import between, marks

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = st.timezones()
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2026, 11, 22), timezones=ZONES)


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=2000)), st.floats(0, 1, exclude_max=True))
def test_no_message_of_the_time_is_left_out(since: datetime, span: timedelta, place: float) -> None:
    asked = between(since, since + span, NOW)
    assert not asked or set(asked) & set(marks(since + span * place))


@given(MOMENTS)
def test_an_open_end_is_now(since: datetime) -> None:
    asked = between(since, None, NOW)
    assert not asked or set(asked) & set(marks(NOW))


def test_a_week_is_eight_days_at_most_and_a_day_is_not_a_month() -> None:
    assert len(between(NOW, NOW + timedelta(days=7), NOW)) == 8
    assert between(datetime(2026, 3, 14, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC), NOW) == ["#d20260314"]
    assert between(None, NOW, NOW) == []
    assert between(NOW - timedelta(days=9999), NOW, NOW) == []
    assert between(NOW, NOW - timedelta(days=9), NOW) == ["#d20261122"]
