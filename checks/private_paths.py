"""What is published names no machine it was made on and no package registry it was fetched from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from checks.tree import Tree

# In pieces, so that this file may be checked too.
_PATHS = (
    "/" + "work/",
    "/" + "root/",
    "/" + "home/",
    "/" + "Users/",
    "/" + "tmp/m/",
    "/" + "opt/pypi",
    "/" + "opt/wheels",
)
_HOSTS = ("pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs.org", "registry." + "yarnpkg.com")
_BINARY = {".png", ".jpg", ".gif", ".woff2", ".ico", ".webp", ".pdf", ".zip", ".gz"}


def check(tree: Tree) -> Iterator[str]:
    pattern = re.compile("|".join(rf"(?<![\w.}}/-]){re.escape(path)}" for path in _PATHS) + "|" + _registries())
    for path in tree.files:
        if path.suffix in _BINARY:
            continue
        for number, line in enumerate(_lines(tree.root / path), 1):
            if match := pattern.search(line):
                yield f"{path}:{number} names {match.group()}"


def _registries() -> str:
    """The public ones, and whichever this machine is told to use."""
    told = [os.environ.get(name, "") for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")]
    hosts = [match.group(1) for url in told if (match := re.match(r"\w+://(?:[^@/]*@)?([^/:]+)", url))]
    return "|".join(re.escape(host) for host in (*_HOSTS, *hosts))


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()
