"""docs/events.md lists every kind of event, and none that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.event_kinds import kinds
from checks.tree import Tree

PAGE = "docs/events.md"


def check(tree: Tree) -> Iterator[str]:
    known = set(kinds(tree).values())
    listed = set(re.findall(r"^\|\s*`([a-z_]+\.[a-z_]+)`", tree.text(PAGE), re.M))
    for name in sorted(known - listed):
        yield f"{PAGE} does not list {name}"
    for name in sorted(listed - known):
        yield f"{PAGE} lists {name}, which nothing records"
