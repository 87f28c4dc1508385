"""Prices as people type them."""

from __future__ import annotations

import pytest

from madang.lib.money import thousandths


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8.4", 8400),
        ("8,4", 8400),
        (" 20 ", 20_000),
        ("0", 0),
        (0, 0),
        (15, 15_000),
        ("0.0079", 8),
        ("1,234", 1_234_000),
        ("1,234.5", 1_234_500),
        ("999,999.5", 999_999_500),
    ],
)
def test_what_is_typed_is_meant(typed: object, meant: int) -> None:
    assert thousandths(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", None, "-1", "NaN", "Infinity", "sNaN", "viel", "1.2.3", "1,2,3", "1000000", "1e99"]
)
def test_what_is_no_price_is_none(typed: object) -> None:
    assert thousandths(typed) is None
