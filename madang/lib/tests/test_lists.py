"""A list put in order by buttons."""

from __future__ import annotations

import pytest

from madang.lib.lists import moved


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("remove 1", "acd"),
        ("up 1", "bacd"),
        ("up 0", "abcd"),
        ("down 1", "acbd"),
        ("down 3", "abcd"),
        ("up 2 0", "abcd"),
        ("remove 9", "abcd"),
        ("save", "abcd"),
        ("dance 1", "abcd"),
        ("up x", "abcd"),
        ("up ²", "abcd"),
    ],
)
def test_order(act: str, after: str) -> None:
    assert "".join(moved(list("abcd"), act)) == after
