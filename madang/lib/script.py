"""Which language a text is probably in, by its letters: enough for ``lang`` attributes and line breaking."""

from __future__ import annotations


def language_of(text: str) -> str:
    """BCP 47: ko, ja, zh or en by the first 400 characters' letters; '' when there are none."""
    hangul = kana = han = latin = 0
    for c in text[:400]:
        if "\uac00" <= c <= "\ud7a3" or "\u3131" <= c <= "\u318e":
            hangul += 1
        elif "\u3040" <= c <= "\u30ff":
            kana += 1
        elif "\u4e00" <= c <= "\u9fff":
            han += 1
        elif c.isascii() and c.isalpha():
            latin += 1
    if hangul and hangul * 4 >= latin:  # a Korean sentence carries product names and addresses
        return "ko"
    if kana:
        return "ja"
    if han > latin:
        return "zh"
    return "en" if latin else ""
