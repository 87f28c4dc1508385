"""SECURITY.md says truly which classes of fault have tests: one that names its class, T7, stands in that row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.tree import Tree, is_test

PAGE = "SECURITY.md"
_CLASS = re.compile(r"\bT([1-9]\d?)\b")
_ROW = re.compile(r"^\| T(\d+) \|(.*)\|$", re.M)
_FILE = re.compile(r"`([\w/]+\.(?:py|js))`")


def check(tree: Tree) -> Iterator[str]:
    rows = {int(number): set(_FILE.findall(text)) for number, text in _ROW.findall(tree.text(PAGE))}
    named = _named(tree)
    for number, files in sorted(named.items()):
        for file in sorted(files - rows.get(number, set())):
            yield f"{PAGE} does not name {file} beside T{number}"
    for number, files in sorted(rows.items()):
        if not files:
            yield f"{PAGE} names no test beside T{number}; leave the row out or write the test"
        for file in sorted(files):
            if number not in _classes(tree, file):
                yield f"{PAGE} names {file} beside T{number}, which it does not say of itself"


def _named(tree: Tree) -> dict[int, set[str]]:
    """Class → the tests and checks that name it."""
    found: dict[int, set[str]] = {}
    for path in tree.of(".py"):
        ours = is_test(path) or path.name == "testing.py" or path.parts[0] == "checks"
        if ours and path.parts[:2] != ("checks", "tests") and path.name != "docs_security.py":
            for number in _classes(tree, str(path)):
                found.setdefault(number, set()).add(str(path))
    return found


def _classes(tree: Tree, file: str) -> set[int]:
    if not (tree.root / file).is_file():
        return set()
    return {int(number) for number in _CLASS.findall(tree.text(file))}
