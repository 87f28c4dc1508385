"""Where the functions of a JavaScript file begin and end: enough of the grammar for counting lines."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<skip> //[^\n]* | /\*.*?\*/ | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\.|[^`\\])*`
            | (?<=[=(,:;!&|?{\[]) \s* /(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]* )
  | (?P<word> [A-Za-z_$][\w$]* )
  | (?P<arrow> => )
  | (?P<mark> [{}()] )
    """,
    re.VERBOSE | re.DOTALL,
)
_NO_CALLS = {"if", "for", "while", "switch", "catch", "with"}


class Span(NamedTuple):
    """One function: its name, the line it starts on (1-based), how many lines it has."""

    name: str
    start: int
    lines: int


def functions(source: str) -> list[Span]:
    """Every `function`, method and braced arrow function. A wrapper around a whole file counts as one too."""
    found: list[Span] = []
    braces: list[tuple[str, int] | None] = []
    parens: list[str] = []
    word, closed = "", ""  # the last word; the word before the parenthesis that has just closed
    for token in _TOKEN.finditer(source):
        kind, text = token.lastgroup, token.group()
        if kind == "word":
            word = text if text not in {"function", "async"} or not word else word
            closed = closed if text in {"function", "async"} else ""
        elif kind == "arrow":
            closed = closed or word or "=>"
        elif text == "(":
            parens.append(word)
        elif text == ")" and parens:
            closed = parens.pop()
        elif text == "{":
            opens = closed and closed not in _NO_CALLS
            braces.append((closed, source.count("\n", 0, token.start()) + 1) if opens else None)
            word = closed = ""
        elif text == "}" and braces and (function := braces.pop()):
            end = source.count("\n", 0, token.start()) + 1
            found.append(Span(function[0], function[1], end - function[1] + 1))
    return found
