"""Which language a text is probably in, by its letters: enough for ``lang`` attributes and line breaking."""

from __future__ import annotations

import re

HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
KANA = re.compile("[\u3040-\u30ff]")
HAN = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile("[A-Za-z]")


def language_of(text: str) -> str:
    """BCP 47: ko, ja, zh or en by the first 400 characters' letters; '' when there are none."""
    some = text[:400]
    hangul, latin = len(HANGUL.findall(some)), len(LATIN.findall(some))
    if hangul and hangul * 4 >= latin:  # a Korean sentence carries product names and addresses
        return "ko"
    if KANA.search(some):
        return "ja"
    if len(HAN.findall(some)) > latin:
        return "zh"
    return "en" if latin else ""
