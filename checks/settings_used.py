"""No setting that does nothing: each is read somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checks.tree import Tree, is_test
from madang.settings import PREFIX, SETTINGS


def check(tree: Tree) -> Iterator[str]:
    yield from unread(tree, [setting.name.removeprefix(PREFIX).lower() for setting in SETTINGS])


def unread(tree: Tree, names: Iterable[str]) -> Iterator[str]:
    """Settings whose field nobody asks for outside the settings themselves."""
    others = [path for path in tree.of(".py", under="madang") if not is_test(path) and path.name != "settings.py"]
    code = "\n".join(tree.text(path) for path in others)
    for name in names:
        if not re.search(rf"\.{name}\b", code):
            yield f"nothing reads the setting {PREFIX}{name.upper()}"
