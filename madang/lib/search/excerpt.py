"""Where a question is answered in a text: the marked places, and the stretch around the most telling ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from madang.lib.search.cutting import Token
from madang.lib.search.question import Question, Term
from madang.lib.search.spelling import folded

WIDTH = 160  # characters of an excerpt
_BEFORE = 40  # of them before the first mark
_LONGEST_WORD = 20


class Excerpt(NamedTuple):
    """A stretch of a text. ``marks`` are (start, end) places in ``text`` in characters, apart and in order."""

    text: str
    marks: list[tuple[int, int]]

    def parts(self) -> list[tuple[str, bool]]:
        """The text as pieces that are marked or not, in order, for a page that escapes each."""
        found: list[tuple[str, bool]] = []
        place = 0
        for start, end in self.marks:
            found += [(self.text[place:start], False), (self.text[start:end], True)]
            place = end
        return [part for part in [*found, (self.text[place:], False)] if part[0]]


def marks(text: str, some: Sequence[Token], asked: Question) -> list[tuple[int, int]]:
    """The places of a text that answer the question, joined where they touch or overlap."""
    found = [_place(one, term) for one in some for term in asked.terms() if term.fits(one.form)]
    shortest = dict(sorted(found, reverse=True))
    return _joined([*shortest.items(), *_literally(text, asked.typed)])


def _place(one: Token, term: Term) -> tuple[int, int]:
    """Of a longer Korean word only what was asked for: the 배송지 of 배송지를."""
    if "가" <= one.form[0] <= "힣" and one.end - one.start == len(one.form):
        return one.start, one.start + len(term.form)
    return one.start, one.end


def _literally(text: str, typed: str) -> list[tuple[int, int]]:
    """Where the question stands word for word."""
    if len(typed) < 2:
        return []
    plain = folded(text)
    return [plain.place(match.start(), match.end()) for match in re.finditer(re.escape(typed), plain.text)]


def literal(text: str, asked: Question) -> bool:
    """Whether the question stands in the text word for word."""
    return bool(asked.typed) and asked.typed in " ".join(folded(text).text.split())


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        elif end > start:
            made.append((start, end))
    return made


def excerpt(text: str, places: Sequence[tuple[int, int]], width: int = WIDTH) -> Excerpt:
    """The stretch of ``text`` with the most marks, cut between words, blanks and line ends as one blank."""
    start, end = _stretch(text, places, width)
    shown, inside = _flat(text[start:end], [(a - start, b - start) for a, b in places if a >= start and b <= end])
    before, after = "…" if start else "", "…" if end < len(text) else ""
    moved = [(a + len(before), b + len(before)) for a, b in inside]
    return Excerpt(f"{before}{shown}{after}", moved)


def _stretch(text: str, places: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    if len(text) <= width or not places:
        return 0, _back(text, width)
    ends = [end for _, end in places]  # a stranger may have written one word ten thousand times: count by halving
    best = places[max(range(len(places)), key=lambda n: bisect_right(ends, places[n][0] + width - _BEFORE) - n)]
    start = max(0, min(best[0] - _BEFORE, len(text) - width))
    return _forth(text, start, best[0]), max(_back(text, start + width), best[1])


def _back(text: str, end: int) -> int:
    """The end of a word at or before ``end``."""
    if end >= len(text):
        return len(text)
    for place in range(end, max(0, end - _LONGEST_WORD), -1):
        if text[place].isspace():
            return place
    return end


def _forth(text: str, start: int, most: int) -> int:
    """The beginning of a word at or after ``start``."""
    if start == 0:
        return 0
    for place in range(start, min(most, start + _LONGEST_WORD)):
        if text[place - 1].isspace():
            return place
    return start


def _flat(text: str, places: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Every run of white space as one blank, and the marks moved with it."""
    moved: list[int] = []
    made: list[str] = []
    length = 0
    for place, letter in enumerate(text):
        moved.append(length)
        if letter.isspace() or letter < " ":
            letter = " " if made and made[-1] != " " and place else ""
        if letter:
            made.append(letter)
            length += 1
    moved.append(length)
    return "".join(made), [(moved[a], moved[b]) for a, b in places]
