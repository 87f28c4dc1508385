"""One plain line out of what people type."""

from __future__ import annotations

import unicodedata

import pytest

from madang.lib.plain import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  김\t미나\n\n ", "김 미나"),
        (unicodedata.normalize("NFD", "하늘"), "하늘"),
        ("Ada\u202egnp.exe", "Adagnp.exe"),
        ("a\u200bb\ufeffc\u2066d", "abcd"),
        ("\x00\x1b[31mred\x7f", "[31mred"),
        ("👩\u200d👧 क्\u200dष", "👩\u200d👧 क्\u200dष"),
        ("<script>", "<script>"),
        ("", ""),
    ],
)
def test_nothing_hides_and_nothing_else_is_lost(typed: str, kept: str) -> None:
    assert one_line(typed) == kept
