"""No drawer without a label: module names that say nothing are refused."""

from __future__ import annotations

from collections.abc import Iterator

from checks.tree import Tree

SAY_NOTHING = {
    "utils",
    "util",
    "common",
    "core",
    "helpers",
    "helper",
    "services",
    "service",
    "manager",
    "managers",
    "misc",
}


def check(tree: Tree) -> Iterator[str]:
    for path in tree.written(".py", ".js", ".css", ".html"):
        parts = {path.stem.lstrip("_"), *path.parts[:-1]}
        for name in sorted(parts & SAY_NOTHING):
            yield f"{path}: {name!r} says nothing; name what is in it"
