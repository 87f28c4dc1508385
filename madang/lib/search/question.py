"""What somebody typed, as the index is asked: every word must be there, the last one may be half typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from madang.lib.search.cutting import cut
from madang.lib.search.korean import NOUNS, UNKNOWN, Analyse, Morpheme, beginnings, meaning
from madang.lib.search.pieces import LONGEST, Piece

MOST_WORDS = 12  # of a question; what comes after narrows nothing that anybody still reads


class Term(NamedTuple):
    """A form that is asked for; ``prefix``: it may go on."""

    form: str
    prefix: bool = False

    def fits(self, form: str) -> bool:
        """Whether a token of a text is what is asked for."""
        return form.startswith(self.form) if self.prefix else form == self.form

    def __str__(self) -> str:
        quoted = self.form.replace("\\", "\\\\").replace("'", "''")
        return f"'{quoted}':*" if self.prefix else f"'{quoted}'"


class Question(NamedTuple):
    """``words``: each word as its readings, of which one must be there; a reading is terms that all must be there.

    ``typed`` is the text in the one spelling, for what is found word for word.
    """

    words: tuple[tuple[tuple[Term, ...], ...], ...]
    typed: str

    def __bool__(self) -> bool:
        return bool(self.words)

    def terms(self) -> list[Term]:
        """Every term of every reading."""
        return [term for word in self.words for reading in word for term in reading]

    def tsquery(self) -> str:
        """For ``::tsquery``; '' when nothing is asked."""
        return " & ".join(self.parts())

    def parts(self) -> list[str]:
        """Each word for itself, for ``::tsquery``; all must be there."""
        return [_either([_all(reading) for reading in word]) for word in self.words]


def _all(reading: Sequence[Term]) -> str:
    return " & ".join(dict.fromkeys(map(str, reading)))


def _either(readings: Sequence[str]) -> str:
    some = list(dict.fromkeys(readings))
    return "(" + " | ".join(f"({one})" if " & " in one else one for one in some) + ")"


def question(text: str, analyse: Analyse) -> Question:
    """What is asked by ``text``. Function words ask for nothing unless there is nothing else."""
    part = cut(text)
    morphemes = analyse([part.korean])[0] if part.korean else []
    typed = [piece for piece in part.pieces if piece.kind != "emoji" or piece.asked]
    words = [_word(piece, morphemes, last=piece is typed[-1]) for piece in typed[:MOST_WORDS]]
    found = [word for word in words if word]
    if not found and typed:
        found = [((Term(typed[-1].text[:LONGEST], prefix=True),),)]
    return Question(tuple(found), " ".join(part.folded.text.split()))


def _word(piece: Piece, morphemes: Sequence[Morpheme], *, last: bool) -> tuple[tuple[Term, ...], ...]:
    if piece.kind == "korean":
        return _korean(piece, morphemes, last=last)
    if piece.kind == "letters":
        return ((Term(piece.text[:LONGEST], prefix=True),),) if len(piece.text) > 1 else ()
    if piece.kind == "han" and len(piece.text) > 2:
        return (tuple(Term(form) for form in piece.forms),)
    if not piece.asked:
        return ()
    readings = [(Term(piece.asked, prefix=last),)]
    if last and piece.kind == "word" and piece.text != piece.asked:
        readings.append((Term(piece.text, prefix=True),))
    return tuple(readings)


def _korean(piece: Piece, morphemes: Sequence[Morpheme], *, last: bool) -> tuple[tuple[Term, ...], ...]:
    """Its morphemes, or the word as it is typed: half a word has others than the whole."""
    inside = [one for one in morphemes if piece.start <= one[2] < piece.end]
    if inside and inside[0][1] == UNKNOWN:
        if len(piece.text) == 1 and not last:
            return ()
        return tuple((Term(form, prefix=last),) for form in beginnings(piece.text[:LONGEST]))
    reading = tuple(
        Term(form[:LONGEST], prefix=one[1] in NOUNS and (len(form) > 1 or (last and one is inside[-1])))
        for one in inside
        if (form := meaning(one))
    )
    if not reading:
        return ()
    return (reading, (Term(piece.text[:LONGEST], prefix=True),))
