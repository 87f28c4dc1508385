"""The files of the project as checks see them: what git tracks or would track."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

_NOT_OURS = {"node_modules", "vendor", "migrations", "fixtures", "locale"}


@dataclass(frozen=True)
class Tree:
    """One working copy. Paths are relative to `root`."""

    root: Path

    @cached_property
    def files(self) -> list[PurePosixPath]:
        """Everything tracked, and everything new that is not ignored."""
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.root,
            capture_output=True,
            check=True,
        )
        names = sorted(set(listing.stdout.decode().split("\0")) - {""})
        return [PurePosixPath(name) for name in names if (self.root / name).is_file()]

    def of(self, *suffixes: str, under: str = "") -> Iterator[PurePosixPath]:
        """Files with one of the suffixes, in one folder."""
        for path in self.files:
            if path.suffix in suffixes and (not under or path.is_relative_to(under)):
                yield path

    def written(self, *suffixes: str, under: str = "") -> Iterator[PurePosixPath]:
        """As `of`, but only what a person here wrote to be read: no fixtures, no vendored files, no migrations."""
        return (path for path in self.of(*suffixes, under=under) if not _NOT_OURS & set(path.parts))

    def text(self, path: PurePosixPath | str) -> str:
        return (self.root / path).read_text("utf-8")

    def module(self, path: PurePosixPath) -> ast.Module:
        return ast.parse(self.text(path), str(path))


def is_test(path: PurePosixPath) -> bool:
    """Whether a Python file only exists to test."""
    return "tests" in path.parts or path.name in {"tests.py", "conftest.py"} or path.name.startswith("test_")
