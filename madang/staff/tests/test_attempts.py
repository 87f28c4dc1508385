"""Whoever is told to wait is told for how long."""

from __future__ import annotations

import pytest

from madang.desk.page import pages
from madang.lib.language import speaking
from madang.staff.attempts import TooMany


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0, "1 second ", "1초"),
        (1, "1 second ", "1초"),
        (59, "59 seconds ", "59초"),
        (60, "1 minute ", "1분"),
        (61, "2 minutes ", "2분"),
        (3_600, "60 minutes ", "60분"),
    ],
)
def test_the_time_to_wait_is_the_right_one(seconds: int, english: str, korean: str) -> None:
    pages()  # the desk's words are learned
    for language, words in (("en", english), ("ko", korean)):
        with speaking(language):
            assert words in TooMany(seconds).message
