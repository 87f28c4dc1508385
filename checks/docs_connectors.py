"""Every connector tells an administrator how to set it up and how to remove it, and docs/connectors.md links that."""

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
        readme = tree.root / folder / "README.md"
        text = readme.read_text("utf-8") if readme.is_file() else ""
        if len(re.findall(r"^## ", text, re.M)) < 2:
            yield f"{folder}/README.md does not say how to set it up and how to remove it"
        if f"{folder}/README.md" not in page:
            yield f"{PAGE} does not link {folder}/README.md"
