"""Every page of the desk and the portal is looked at: it stands in the table of bin/screenshots, or says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.tree import Tree

TABLE = "tests/screens/table.py"
DOORS = ("madang/desk/templates", "madang/portal/templates")
_EXTENDS = re.compile(r"{%-?\s*extends '([^']+)'")


def pages(tree: Tree, door: str) -> set[str]:
    """The templates that are whole pages, and no layout of others."""
    texts = {str(PurePosixPath(path).relative_to(door)): tree.text(path) for path in tree.of(".html", under=door)}
    layouts = {name for text in texts.values() for name in _EXTENDS.findall(text)}
    whole = {name for name, text in texts.items() if _EXTENDS.search(text) or "<!doctype" in text.lower()}
    return whole - layouts


def check(tree: Tree) -> Iterator[str]:
    table = tree.text(TABLE)
    named = set(re.findall(r'"([\w/]+\.html)"', table))
    there = {name for door in DOORS for name in pages(tree, door)}
    for name in sorted(there - named):
        yield f"{TABLE} has no row for the page {name}"
    for name in sorted(named - there):
        yield f"{TABLE} names {name}, and there is no such page"
