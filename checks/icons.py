"""Icons are drawings: no script, no handler, nothing from elsewhere; and they take the colour of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.tree import Tree

_BANNED = {
    r"<\s*script": "a script",
    r"<\s*foreignObject": "foreignObject",
    r"\son[a-z]+\s*=": "an event handler",
    r"(?:xlink:)?href\s*=\s*[\"'](?!#)": "a reference to elsewhere",
    r"<!ENTITY|<!DOCTYPE": "a document type",
    r"<\s*style|\sstyle\s*=": "a style",
}


def check(tree: Tree) -> Iterator[str]:
    for path in tree.written(".svg"):
        drawing = tree.text(path)
        for pattern, what in _BANNED.items():
            if re.search(pattern, drawing, re.I):
                yield f"{path} has {what}"
        if path.name == "icon.svg" and not re.search(r'viewBox="0 0 24 24"', drawing):
            yield f"{path} is not drawn on 24 × 24"
