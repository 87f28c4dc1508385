"""What a text is found by: its tokens, each with its place in the text as it was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from madang.lib.search.korean import NOUNS, SHORT, Analyse, Morpheme, initials, meaning
from madang.lib.search.pieces import LONGEST, Piece, pieces
from madang.lib.search.spelling import Folded, folded

# Syllables of a Korean word that is found as it stands too: the analyser may see other morphemes in a sentence than in
# a question, and what is typed as it stands must be found whatever it sees.
AS_IT_STANDS = 12
VERSION = 2  # of the tokens: another number makes the index anew

_NOT_KOREAN = re.compile(r"[^가-힣\s.!?]")
_RUN = re.compile(r"(.)\1{9,}")


class Token(NamedTuple):
    """``form`` is what is indexed, ``start`` and ``end`` its place in the text, in characters."""

    form: str
    start: int
    end: int


class Cut(NamedTuple):
    """A text in the one spelling, its pieces, and the part of it that is for the Korean analyser ('' for none)."""

    folded: Folded
    pieces: list[Piece]
    korean: str


def cut(text: str) -> Cut:
    """Cut a text into its pieces."""
    plain = folded(text)
    found = list(pieces(plain.text))
    return Cut(plain, found, korean_part(plain.text) if any(one.kind == "korean" for one in found) else "")


def korean_part(text: str) -> str:
    """The Hangul of a folded text where it stands, and blanks for all else. Endless repetitions are blanked out."""
    hangul = _NOT_KOREAN.sub(" ", text)
    return _RUN.sub(lambda run: run[0][:2] + " " * (len(run[0]) - 2), hangul)


def tokens(texts: Sequence[str], analyse: Analyse) -> list[list[Token]]:
    """The tokens of many texts; one call of the analyser for all of them."""
    parts = [cut(text) for text in texts]
    korean = [part.korean for part in parts if part.korean]
    analysed = iter(analyse(korean)) if korean else iter(())
    return [_tokens(part, next(analysed) if part.korean else []) for part in parts]


def forms(texts: Sequence[str], analyse: Analyse) -> list[list[str]]:
    """The distinct forms of many texts: what the index keeps."""
    return [list(dict.fromkeys(token.form for token in some)) for some in tokens(texts, analyse)]


def _tokens(part: Cut, morphemes: Sequence[Morpheme]) -> list[Token]:
    found: list[Token] = []
    for piece in part.pieces:
        found.extend(Token(form, piece.start, piece.end) for form in piece.forms)
        if piece.kind == "korean" and 1 < len(piece.text) <= AS_IT_STANDS:
            found.append(Token(piece.text, piece.start, piece.end))
    for one in morphemes:
        form = meaning(one)
        if not form:
            continue
        start, end = one[2], one[2] + max(one[3], 1)
        found.append(Token(form[:LONGEST], start, end))
        if one[1] in NOUNS and 1 < len(form) <= SHORT and (letters := initials(form)):
            found.append(Token(letters, start, end))
    if part.folded.places is None:
        return found
    return [Token(form, *part.folded.place(start, end)) for form, start, end in found]
