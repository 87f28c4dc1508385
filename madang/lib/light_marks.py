"""Light marks in what an agent writes: bold, emphasis, code, links, lists, quotes; as HTML, and as plain text without.

``**bold**``, ``*emphasis*``, ``` `code` ```, ``[words](https://…)``, lines that begin with ``- ``, ``1. `` or ``> ``,
and lines between two of ```` ``` ````. Nothing else is believed: every other letter is text, so that no markup of a
stranger ever gets through. A Korean particle may follow at once (``**마당**은``). Every pattern is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

LONGEST = 500  # characters between two marks; what is longer is no mark
FENCE = "```"
_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,500})`"
    r"|\[(?P<label>[^\[\]\n]{1,200})\]\((?P<to>(?:https?://|mailto:)[^\s()<>\"'`\\]{1,2000})\)"
    r"|(?P<url>\bhttps?://[^\s<>\"'`]{1,2000})"
    r"|\*\*(?=\S)(?P<bold>(?:[^*\n]|\*(?!\*)){1,500}?)(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=[^\s*])(?P<em>[^*\n]{1,500})(?<=\S)\*(?![A-Za-z0-9*])",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}»”’*"
_LINE = re.compile(r"(?P<quote>>\s?)|(?P<item>\s{0,3}[-*•]\s+(?=\S))|\s{0,3}(?P<number>\d{1,4})[.)]\s+(?=\S)")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
# (on our screens, in a mail, which has no style sheet of ours)
_P = (Markup("<p>{}</p>"), Markup('<p style="margin:0 0 1em">{}</p>'))
_QUOTE = (
    Markup("<blockquote>{}</blockquote>"),
    Markup('<blockquote style="margin:0 0 1em;padding-left:.75em;border-left:2px solid #ccc">{}</blockquote>'),
)
_EM = (Markup("<em>{}</em>"), Markup('<em style="font-style:normal;text-decoration:underline">{}</em>'))
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>')


def plain(text: str) -> str:
    """The words without marks, line by line as they were; ``text`` itself when it has none."""
    return "\n".join(_lines(text.split("\n")))


def marked(text: str) -> bool:
    """Whether there is anything to be drawn beside plain words and addresses."""
    return plain(text) != text or any(_LINE.match(line) for line in text.split("\n"))


def html(text: str, *, mail: bool = False) -> Markup:
    """The words drawn. ``mail``: for programs without our style sheet."""
    return Markup("").join(_block(kind, lines, mail) for kind, lines in _blocks(text.split("\n")))


def _lines(lines: Iterable[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.strip() == FENCE:
            inside = not inside
        else:
            yield line if inside else _spoken(line)


def _spoken(text: str) -> str:
    return _INLINE.sub(_said, text)


def _said(found: re.Match[str]) -> str:
    if found["label"] is not None:
        to = found["to"].removeprefix("mailto:")
        return found["label"] if found["label"] == to else f"{found['label']} ({to})"
    if found["url"] is not None:
        return found["url"]
    return found["code"] or _spoken(found["bold"] or found["em"])


def _blocks(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    for kind, some in groupby(_kinds(lines), key=lambda one: one[0]):
        if kind != "gap":
            yield kind, [line for _kind, line in some if line != FENCE or kind != "code"]


def _kinds(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each line with what it is part of."""
    inside = False
    for line in lines:
        if line.strip() == FENCE:
            inside = not inside
            yield "code", FENCE
            continue
        found = _LINE.match(line)
        if inside:
            yield "code", line
        elif found is None:
            yield ("p" if line.strip() else "gap"), line
        elif found["number"]:
            yield "ol", line
        else:
            yield ("quote" if found["quote"] else "ul"), line[found.end() :]


def _block(kind: str, lines: list[str], mail: bool) -> Markup:
    if kind == "code":
        return Markup("<pre><code>{}</code></pre>").format("\n".join(lines))
    if kind == "p":
        return _P[mail].format(_broken(lines, mail))
    if kind == "quote":
        return _QUOTE[mail].format(_broken(lines, mail))
    if kind == "ol":
        return _numbered(lines, mail)
    return Markup("<ul>{}</ul>").format(Markup("").join(_item(line, mail) for line in lines))


def _numbered(lines: list[str], mail: bool) -> Markup:
    found = [(int(match["number"]), line[match.end() :]) for line in lines if (match := _LINE.match(line))]
    items = Markup("").join(_item(line, mail) for _number, line in found)
    return Markup('<ol start="{}">{}</ol>').format(found[0][0], items)


def _item(line: str, mail: bool) -> Markup:
    return Markup("<li>{}</li>").format(_inline(line, mail))


def _broken(lines: list[str], mail: bool) -> Markup:
    return Markup("<br>").join(_inline(line, mail) for line in lines)


def _inline(text: str, mail: bool) -> Markup:
    made: list[Markup] = []
    at = 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[at : found.start()]))
        made.append(_drawn(found, mail))
        at = found.end()
    return Markup("").join([*made, escape(text[at:])])


def _drawn(found: re.Match[str], mail: bool) -> Markup:
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(found["code"])
    if found["label"] is not None:
        return _link(found["to"], found["label"])
    if found["url"] is not None:
        address = found["url"].rstrip(_TRAILING)
        return _link(address, address) + escape(found["url"][len(address) :])
    if found["bold"] is not None:
        return Markup("<strong>{}</strong>").format(_inline(found["bold"], mail))
    hangul = bool(_HANGUL.search(found["em"]))  # it has no italics
    return _EM[mail and hangul].format(_inline(found["em"], mail))


def _link(address: str, words: str) -> Markup:
    return _LINK.format(address, words)
