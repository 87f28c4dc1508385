"""A change deep in a page does not ask the whole page for its style again.

`.desk:has(.open) .row` looks innocent: browsers then hold every node below `.desk` for one that may be another by any
change below it, and style all of them anew, several times for each conversation that is opened. In the sheets that
every page of the desk has, `:has()` therefore says something of the element it is written at, and of nothing below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.tree import Tree

SHEET = PurePosixPath("madang/desk/static/css/desk.css")
_IMPORT = re.compile(r'@import "([\w.-]+)"')
_SPARE = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR = re.compile(r"([^{}]*:has\([^{}]*)\{")
_INSIDE = re.compile(r"\([^()]*\)")


def check(tree: Tree) -> Iterator[str]:
    if not (tree.root / SHEET).exists():
        return
    for name in _IMPORT.findall(tree.text(SHEET)):
        path = SHEET.with_name(name)
        for found in _SELECTOR.finditer(_SPARE.sub("", tree.text(path))):
            if _reaches_below(found[1]):
                yield f"{path}: {found[1].strip()!r}: :has() says something of what is below it; mark that instead"


def _reaches_below(selectors: str) -> bool:
    """Whether in one of the selectors something stands to the right of the compound with :has()."""
    flat = selectors.strip()
    while (without := _INSIDE.sub("", flat)) != flat:
        flat = without
    return any(re.search(r":has\S*\s+\S", one.strip()) for one in flat.split(","))
