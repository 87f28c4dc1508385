"""A connector's README as a page: the little of Markdown that guides are written in, every word of it escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*(\S[^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https://[^>\s]+)>")
_ITEM = re.compile(r"^(\d+\.|[-*]) +(.*)$")


@cache
def guide(folder: Path, language: str) -> tuple[str, Markup]:
    """(language, HTML) of the folder's guide: ``README.<language>.md`` where there is one, else ``README.md``."""
    own = folder / f"README.{language}.md"
    path = own if own.exists() else folder / "README.md"
    if not path.exists():
        return "en", Markup("")
    return language if path == own else "en", rendered(path.read_text("utf-8"))


def rendered(text: str) -> Markup:
    """As HTML, without the first title. Headings begin at h3."""
    return Markup("\n").join(_blocks(text.replace("\r\n", "\n").split("\n")))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("```")), len(lines))
            yield Markup("<pre><code>{}</code></pre>").format("\n".join(lines[at + 1 : end]))
            at = end + 1
        elif line.startswith("#"):
            if not line.startswith("# "):
                yield _heading(line)
            at += 1
        elif line.startswith("|"):
            end = _end(lines, at, lambda one: one.startswith("|"))
            yield _table(lines[at:end])
            at = end
        elif _ITEM.match(line):
            end = _end(lines, at, lambda one: bool(_ITEM.match(one)) or one.startswith("  "))
            yield _list(lines[at:end])
            at = end
        elif line.strip():
            end = _end(lines, at, lambda one: bool(one.strip()) and not _begins(one))
            yield Markup("<p>{}</p>").format(_inline(" ".join(lines[at:end])))
            at = end
        else:
            at += 1


def _begins(line: str) -> bool:
    """Whether a line begins something other than a paragraph."""
    return line.startswith(("```", "#", "|")) or bool(_ITEM.match(line))


def _end(lines: list[str], at: int, goes_on: Callable[[str], bool]) -> int:
    end = at + 1
    while end < len(lines) and goes_on(lines[end]):
        end += 1
    return end


def _heading(line: str) -> Markup:
    level = min(len(line) - len(line.lstrip("#")) + 1, 6)
    return Markup("<h{0}>{1}</h{0}>").format(level, _inline(line.lstrip("# ").rstrip()))


def _list(lines: list[str]) -> Markup:
    """The items of a list; what is indented below one is its own list, or goes on with its words."""
    items: list[tuple[list[str], list[str]]] = []
    for line in lines:
        if found := _ITEM.match(line):
            items.append(([found[2]], []))
        elif items and (items[-1][1] or _ITEM.match(line.strip())):
            items[-1][1].append(line)
        elif items:
            items[-1][0].append(line.strip())
    kind = "ol" if lines[0][0].isdigit() else "ul"
    inner = (Markup("<li>{}{}</li>").format(_inline(" ".join(said)), _below(below)) for said, below in items)
    return Markup("<{0}>{1}</{0}>").format(kind, Markup("").join(inner))


def _below(lines: list[str]) -> Markup:
    if not lines:
        return Markup("")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return _list([line[margin:] if line[:margin].isspace() else line.lstrip() for line in lines])


def _table(lines: list[str]) -> Markup:
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    body = [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    names = body[0] if body else []
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(name)) for name in names)
    made = Markup("").join(_row(row, names) for row in body[1:])
    shown = Markup('<div class="table"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>')
    return shown.format(head, made)


def _row(cells: list[str], names: list[str]) -> Markup:
    """Each cell says its column, for where rows are cards; the first is what the row is about."""
    labels = ["", *(re.sub("[`*]", "", name) for name in names[1:]), *[""] * len(cells)]
    told = (Markup(' data-label="{}"').format(name) if name else "" for name in labels)
    inner = Markup("").join(
        Markup("<td{}>{}</td>").format(*both) for both in zip(told, map(_inline, cells), strict=False)
    )
    return Markup("<tr>{}</tr>").format(inner)


def _inline(text: str) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[at : found.start()]), _marked(found)]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _marked(found: re.Match[str]) -> Markup:
    code, strong, stressed, label, url, bare = found.groups()
    if code:
        return Markup("<code>{}</code>").format(code)
    if strong:
        return Markup("<strong>{}</strong>").format(_inline(strong))
    if stressed:
        return Markup("<em>{}</em>").format(_inline(stressed))
    address, words = (bare, bare) if bare else (url, label)
    if not address.startswith("https://"):  # files beside the guide are not served
        return escape(words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, words)
