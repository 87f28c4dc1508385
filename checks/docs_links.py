"""Links between the project's own pages lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.tree import Tree

_LINK = re.compile(r"\[[^\]]*\]\((?!\w+:|#)([^)#\s]+)(?:#[^)\s]*)?\)")


def check(tree: Tree) -> Iterator[str]:
    for path in tree.of(".md"):
        for target in _LINK.findall(tree.text(path)):
            if not (tree.root / path.parent / target).exists():
                yield f"{path} links {target}, which is not there"
