"""docs/settings.md names every setting with its default, and none that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from checks.tree import Tree
from madang.settings import SETTINGS, Setting

PAGE = "docs/settings.md"


def check(tree: Tree) -> Iterator[str]:
    yield from compare(tree.text(PAGE), SETTINGS)
    known = _names(SETTINGS)
    for path in tree.of(".md"):
        for name in sorted(set(re.findall(r"\bMADANG_[A-Z][A-Z_]*[A-Z]\b", tree.text(path))) - known):
            yield f"{path} names {name}, which is no setting"


def compare(page: str, settings: Sequence[Setting]) -> Iterator[str]:
    """What the page leaves out."""
    for setting in settings:
        if f"`{setting.name}`" not in page:
            yield f"{PAGE} does not mention {setting.name}"
        if setting.secret and f"`{setting.name}_FILE`" not in page:
            yield f"{PAGE} does not mention {setting.name}_FILE"


def _names(settings: Sequence[Setting]) -> set[str]:
    return {name for setting in settings for name in (setting.name, f"{setting.name}_FILE" if setting.secret else "")}
