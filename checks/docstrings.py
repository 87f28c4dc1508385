"""Every module says in its first line what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.tree import Tree


def check(tree: Tree) -> Iterator[str]:
    for path in tree.written(".py"):
        module = tree.module(path)
        if path.name == "__init__.py" and not module.body:
            continue
        if not ast.get_docstring(module):
            yield f"{path} has no docstring"
