"""`python -m checks [NAME…]`: run the checks, print what is wrong, exit 1 if anything is."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import checks
from checks.tree import Tree

_NO_CHECKS = {"__main__", "tree", "tests", "conftest", "words"}


def names() -> list[str]:
    """Every check there is."""
    found = (module.name for module in pkgutil.iter_modules(checks.__path__))
    return sorted(name for name in found if name not in _NO_CHECKS and not name.startswith("_"))


def problems(name: str, tree: Tree) -> Iterator[str]:
    """What one check finds, each with the check's name in front. One that breaks is a problem too."""
    try:
        for problem in importlib.import_module(f"checks.{name}").check(tree):
            yield f"{name}: {problem}"
    except Exception as error:
        yield f"{name}: cannot check: {type(error).__name__}: {error}"


def main(wanted: list[str]) -> int:
    """Run the wanted checks, all when none is named; how many things are wrong, at most 1."""
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"There is no check {', '.join(sorted(unknown))}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    tree = Tree(Path(checks.__file__).parent.parent)
    found = 0
    for name in wanted or names():
        for problem in problems(name, tree):
            print(problem)
            found += 1
    print(f"{len(wanted or names())} checks, {found} problems" if found else f"{len(wanted or names())} checks passed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
