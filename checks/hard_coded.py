"""No template says something that cannot be translated: words on a page stand in `_()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from checks.tree import Tree

_SHOWN = {"alt", "aria-label", "placeholder", "title", "aria-description", "data-label", "data-tip"}
_NOT_SHOWN = {"script", "style", "code", "kbd", "svg"}
_LETTERS = re.compile(r"[A-Za-z가-힣]{2,}")
_NAMES = re.compile(r"\b(Madang|API|SMTP|IMAP|JSON|URL|HTML|ID|GET|POST|OpenAPI)\b|마당|한국어|English|&\w+;")
_TRANSLATED = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", re.S)
_NO_WORDS = re.compile(r"{%-?\s*block\s+\w*class\b.*?{%-?\s*endblock", re.S)  # the value of a class attribute
_MACRO_OF_ATTRIBUTES = re.compile(r"{%-?\s*macro\s(?:(?!endmacro|<).)*{%-?\s*endmacro", re.S)  # without any tag
_JINJA = re.compile(r"{#.*?#}|{{.*?}}|{%.*?%}", re.S)


def check(tree: Tree) -> Iterator[str]:
    for path in tree.of(".html", under="madang"):
        if "templates" in path.parts:
            for line, words in said(tree.text(path)):
                yield f"{path}:{line} says {words!r} without _()"


def said(template: str) -> list[tuple[int, str]]:
    """(line, words) of what the template itself says."""
    reader = _Reader()
    shown = _NO_WORDS.sub(_blank_block, _TRANSLATED.sub(_blank, template))
    reader.feed(_JINJA.sub(_blank, _MACRO_OF_ATTRIBUTES.sub(_blank_block, shown)))
    reader.close()
    return reader.found


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n") or " "


def _blank_block(match: re.Match[str]) -> str:
    return _blank(match) + "{% endblock"


class _Reader(HTMLParser):
    """Collects words between tags and in the attributes people read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_SHOWN:
            self._silent.append(tag)
        for name, value in attrs:
            if name in _SHOWN and value:
                self._note(value)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        words = " ".join(text.split())
        if _LETTERS.search(_NAMES.sub("", words)):
            self.found.append((self.getpos()[0], words[:60]))
