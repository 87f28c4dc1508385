"""Every runtime dependency has its line of reason, and nothing the reasons name has left."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checks.tree import Tree

PAGE = "docs/decisions/dependencies.md"


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
