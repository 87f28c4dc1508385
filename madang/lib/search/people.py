"""Names and addresses of people as tokens, and a question as it is asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from madang.lib.search.cutting import Token, cut
from madang.lib.search.korean import initials
from madang.lib.search.pieces import LONGEST
from madang.lib.search.question import MOST_WORDS, Question, Term

_LONGEST_NAME = 4  # syllables of a name that is found by its end too: 김미나 by 미나
_TITLES = re.compile(r"(?<=[가-힣]{2})(?:고객님|손님|님|씨)$")
_ALONE = frozenset(("고객님", "고객", "손님", "님", "씨"))


def name_tokens(name: str) -> list[Token]:
    """A name's tokens with their places: its words, a Korean one also without its family name."""
    part = cut(name)
    found: list[Token] = []
    for piece in part.pieces:
        for form, start in _forms(piece.kind, piece.text, piece.forms):
            found.append(Token(form[:LONGEST], *part.folded.place(piece.start + start, piece.end)))
    return found


def _forms(kind: str, text: str, given: tuple[str, ...]) -> list[tuple[str, int]]:
    if kind == "korean":
        ends = range(1, len(text) - 1) if 2 < len(text) <= _LONGEST_NAME else range(0)
        return [(text, 0), *((text[start:], start) for start in ends)]
    if kind in ("word", "other"):
        return [(text, 0)]
    return [(form, 0) for form in given]


def person_forms(name: str, addresses: Iterable[str]) -> list[str]:
    """What a customer is found by: her name, its 초성, and every address in any spelling."""
    named = [token.form for token in name_tokens(name)]
    letters = [initials(form) for form in named]
    reached = [form for address in addresses for piece in cut(address).pieces for form in (piece.text, *piece.forms)]
    return [form for form in dict.fromkeys([*named, *letters, *(form[:LONGEST] for form in reached)]) if form]


def person_question(text: str) -> Question:
    """A question of people: every word is the beginning of a name or an address."""
    part = cut(text)
    words = [_term(piece.kind, piece.text, piece.asked) for piece in part.pieces[:MOST_WORDS]]
    found = tuple(((term,),) for term in words if term)
    return Question(found, " ".join(part.folded.text.split()))


def _term(kind: str, text: str, asked: str) -> Term | None:
    if kind == "korean":
        return None if text in _ALONE else Term(_TITLES.sub("", text)[:LONGEST], prefix=True)
    if kind in ("word", "other", "letters", "han"):
        return Term(text[:LONGEST], prefix=True)
    return Term(asked, prefix=True) if asked else None
