"""Every connector tells an administrator how to set it up and how to remove it, in English and in Korean, and
docs/connectors.md links that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.tree import Tree

PAGE = "docs/connectors.md"
FOLDER = "madang/connectors"


def connectors(tree: Tree) -> list[PurePosixPath]:
    """The folder of each connector."""
    return [path.parent for path in tree.of(".toml", under=FOLDER) if path.name == "manifest.toml"]


def check(tree: Tree) -> Iterator[str]:
    page = tree.text(PAGE)
    for folder in connectors(tree):
        parts = _parts(tree, folder / "README.md")
        if len(parts) < 2:
            yield f"{folder}/README.md does not say how to set it up and how to remove it"
        else:
            yield from _korean(len(parts), _parts(tree, folder / "README.ko.md"), f"{folder}/README.ko.md")
        if f"{folder}/README.md" not in page:
            yield f"{PAGE} does not link {folder}/README.md"


def _parts(tree: Tree, path: PurePosixPath) -> list[str]:
    """What stands below each heading, the heading itself included; nothing where there is no such file."""
    file = tree.root / path
    return re.split(r"^## ", file.read_text("utf-8"), flags=re.M)[1:] if file.is_file() else []


def _korean(wanted: int, parts: list[str], name: str) -> Iterator[str]:
    """It stands beside the set-up form on Korean desks: every part of it has to be there."""
    if len(parts) != wanted:
        yield f"{name} has {len(parts)} parts, the English one {wanted}"
    for part in parts:
        if not re.search(r"[가-힣]", part):
            yield f"{name}: “{part.splitlines()[0]}” is not in Korean"
