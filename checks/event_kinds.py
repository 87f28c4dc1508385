"""Every kind of event is recorded somewhere, and nobody waits for one that does not exist."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.tree import Tree, is_test

KINDS = "madang/events/kinds.py"


def kinds(tree: Tree) -> dict[str, str]:
    """Name → value of every member of Kind."""
    found = {}
    for node in ast.walk(ast.parse(tree.text(KINDS))):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        ):
            found[node.targets[0].id] = str(node.value.value)
    return found


def check(tree: Tree) -> Iterator[str]:
    known = kinds(tree)
    recorded: set[str] = set()
    for path in tree.of(".py", under="madang"):
        if is_test(path) or str(path) == KINDS:
            continue
        module = tree.module(path)
        for node in _named(module, _aliases(module)):
            if node.attr not in known and node.attr.isupper():
                yield f"{path}:{node.lineno} names Kind.{node.attr}, which there is not"
            if path.name != "wiring.py":
                recorded.add(node.attr)
    for name in sorted(known.keys() - recorded):
        yield f"{KINDS}: nothing ever records Kind.{name}"


def _aliases(module: ast.Module) -> set[str]:
    """What this module calls events' Kind; the channels' contract has another one."""
    return {
        name.asname or name.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module in {"madang.events.kinds", "madang.events.record"}
        for name in node.names
        if name.name == "Kind"
    }


def _named(module: ast.Module, aliases: set[str]) -> Iterator[ast.Attribute]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield node
