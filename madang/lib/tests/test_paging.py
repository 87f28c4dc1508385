"""Cursors: what we hand out comes back equal; what anyone else makes up is refused, never an error of ours."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.lib.paging import BadCursor, Page, decode, encode, page

AT = datetime(2026, 3, 1, 23, 59, 59, 999_999, UTC)


def test_a_cursor_comes_back_with_every_microsecond() -> None:
    assert decode(encode((AT, 7, "하늘")), (datetime, int, str)) == (AT, 7, "하늘")


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    (back,) = decode(encode((AT.astimezone(timezone(timedelta(hours=9))),)), (datetime,))
    assert back == AT
    assert back.tzinfo is UTC


@pytest.mark.parametrize(
    "values",
    [(2**63,), (-(2**63) - 1,), ("7",), (7, 7), (), (7.5,), (None,)],
)
def test_what_does_not_fit_the_list_is_refused(values: tuple[object, ...]) -> None:
    with pytest.raises(BadCursor):
        decode(encode(values), (int,))


@pytest.mark.parametrize("raw", ['["2026-01-01T00:00:00"]', '["0001-01-01T00:00:00+14:00"]', '["never"]'])
def test_a_time_the_database_cannot_hold_is_refused(raw: str) -> None:
    with pytest.raises(BadCursor):
        decode(base64.urlsafe_b64encode(raw.encode()).decode(), (datetime,))


def test_text_with_nul_is_refused() -> None:
    with pytest.raises(BadCursor):
        decode(encode(("a\0b",)), (str,))


@given(st.text(max_size=500).filter(lambda text: not text.startswith("WyI")))
def test_made_up_cursors_are_refused(text: str) -> None:
    with pytest.raises(BadCursor, match="Take it from `next`"):
        decode(text, (datetime, int))


def test_a_full_page_points_behind_its_last_row() -> None:
    assert page([3, 2, 1], 2, lambda row: (row,)) == Page([3, 2], encode((2,)))


def test_the_last_page_points_nowhere() -> None:
    assert page([3, 2], 2, lambda row: (row,)) == Page([3, 2], None)
